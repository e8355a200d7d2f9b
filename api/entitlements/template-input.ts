import type { z } from 'zod';
import { findFirstDetails } from '../../db/entitlements/entitlements.ts';
import { findTemplate } from '../../db/entitlements/templates.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { dateAt } from '../../domain/calendar.ts';
import { detailsFromTemplate, problemWithTemplate, type Template } from '../../domain/entitlements/template.ts';
import { customerId, type TemplateId } from '../../domain/ids.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { Problem, problem } from '../http/problem.ts';
import type { entitlementFromTemplateBody } from '../http/schemas.ts';
import {
  changesFrom,
  checkNamed,
  checkNamedByTemplate,
  DEFAULT_TIME_ZONE,
  termsFrom,
  withRenewalPolicy,
} from './entitlement-input.ts';
import type { templateReplacement } from './template-schemas.ts';

/** A template from what the caller wrote. Refuses what does not fit, and names that no record has. */
export async function templateFrom(
  sql: Sql,
  id: TemplateId,
  body: z.infer<typeof templateReplacement>,
): Promise<Template> {
  const { duration, timeZone = null } = body;
  const template = { id, ...termsFrom(await withRenewalPolicy(sql, body)), duration, timeZone };
  const refused = problemWithTemplate(template);
  if (refused !== undefined) throw new Problem(refused);
  await checkNamedByTemplate(sql, template);
  return template;
}

/**
 * The details of a draft from a template. A retry gets what the first request got, whatever became of the template and
 * however late it is: `entitlementId` is the draft that the key made, null before it has made one.
 */
export async function detailsOfTemplateBody(
  sql: Sql,
  body: z.infer<typeof entitlementFromTemplateBody>,
  entitlementId: string | null,
): Promise<EntitlementDetails> {
  const { templateId, ...given } = body;
  const first = entitlementId === null ? undefined : await findFirstDetails(sql, entitlementId);
  if (first?.templateId === templateId) return { ...first, ...changesFrom(given, first) };
  const found = await findTemplate(sql, templateId);
  if (found === undefined) throw problem('not_found', `There is no template ${templateId}.`, 'templateId');
  // The record's own times are no terms of an entitlement.
  const { createdAt: _made, updatedAt: _changed, ...template } = found;
  const { productIds, channels, slaId } = template;
  const customerTimeZone = await checkNamed(sql, { productIds, channels, slaId, ...given });
  const { customerId: customer, startDate, timeZone: zone, ...changes } = given;
  const timeZone = zone ?? template.timeZone ?? customerTimeZone ?? DEFAULT_TIME_ZONE;
  const draft = { customerId: customerId(customer), startDate: startDate ?? dateAt(Date.now(), timeZone), timeZone };
  // What is given is read against the template's terms, as they are when something else is counted.
  const counted = changes.allocationType === undefined ? {} : { allocationType: changes.allocationType };
  const base = detailsFromTemplate(template, { ...draft, changes: counted });
  return detailsFromTemplate(template, { ...draft, changes: changesFrom(changes, base) });
}
