import type { TemplateRecord } from '../../db/entitlements/templates.ts';
import { overageOf } from './entitlement-view.ts';

/** A template as callers see it. */
export const templateView = (template: TemplateRecord) => ({ ...template, overage: overageOf(template) });

export type TemplateView = ReturnType<typeof templateView>;
