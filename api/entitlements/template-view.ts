import type { TemplateRecord } from '../../db/entitlements/templates.ts';
import { overageOf } from './entitlement-view.ts';

/** A template as callers see it. */
export const templateView = ({ price = null, graceDays = 0, ...template }: TemplateRecord) => ({
  ...template,
  price,
  graceDays,
  overage: overageOf(template),
});

export type TemplateView = ReturnType<typeof templateView>;
