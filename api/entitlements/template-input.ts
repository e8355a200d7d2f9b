import type { z } from 'zod';
import { findFirstDetails } from '../../db/entitlements/entitlements.ts';
import { findTemplate } from '../../db/entitlements/templates.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { dateAt } from '../../domain/calendar.ts';
import { detailsFromTemplate, problemWithTemplate, type Template } from '../../domain/entitlements/template.ts';
import { customerId, type TemplateId } from '../../domain/ids.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { notFound, Problem } from '../http/problem.ts';
import { changesFrom, DEFAULT_TIME_ZONE, termsFrom, withRenewalPolicy } from './entitlement-input.ts';
import { checkNamed, checkNamedByTemplate } from './named-records.ts';
import type { entitlementFromTemplateBody } from './schemas.ts';
import type { templateReplacement } from './template-schemas.ts';

/** The template that a body describes. Refuses `validation_failed`, and `not_found` for records that do not exist. */
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
 * The details of a draft from a template. `entitlementId` is the draft that the request's key made before, or null: a
 * repeated request gets the details of the first one, even if the template has changed since, or was deleted.
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
  if (found === undefined) throw notFound('template', templateId, 'templateId');
  // The times at which the template was created and changed are not terms of the entitlement.
  const { createdAt: _made, updatedAt: _changed, ...template } = found;
  const { productIds, channels, slaId } = template;
  const customerTimeZone = await checkNamed(sql, { productIds, channels, slaId, ...given });
  const { customerId: customer, startDate, timeZone: zone, ...changes } = given;
  const timeZone = zone ?? template.timeZone ?? customerTimeZone ?? DEFAULT_TIME_ZONE;
  const draft = { customerId: customerId(customer), startDate: startDate ?? dateAt(Date.now(), timeZone), timeZone };
  // The given fields are applied to the template's terms, which first change to the given unit.
  const counted = changes.allocationType === undefined ? {} : { allocationType: changes.allocationType };
  const base = detailsFromTemplate(template, { ...draft, changes: counted });
  return detailsFromTemplate(template, { ...draft, changes: changesFrom(changes, base) });
}
