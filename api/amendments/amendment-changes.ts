import type { z } from 'zod';
import { findTemplate } from '../../db/entitlements/templates.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { AmendmentChanges } from '../../domain/terms/amendments.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { changesFrom } from '../entitlements/entitlement-input.ts';
import { checkNamed } from '../entitlements/named-records.ts';
import { notFound, problem } from '../http/problem.ts';
import type { amendmentChanges } from './amendment-schemas.ts';

type Given = z.infer<typeof amendmentChanges>;

/**
 * What a request changes of the details. The terms of a template count where the request does not name them itself. Refuses
 * `not_found` for records that do not exist, and `validation_failed` for a template that counts something else.
 */
export async function changesOf(sql: Sql, given: Given, details: EntitlementDetails): Promise<AmendmentChanges> {
  const { templateId, ...own } = given;
  const named = {
    ...(templateId === undefined ? {} : await termsOfTemplate(sql, templateId, details)),
    ...plain(own, details),
  };
  const { customerId } = details;
  const { contactIds, productIds, channels, slaId } = named;
  await checkNamed(sql, {
    customerId,
    contactIds: contactIds === undefined ? undefined : [...contactIds],
    productIds: productIds === undefined ? undefined : [...productIds],
    channels,
    slaId,
  });
  return named;
}

/** The named fields, in the domain's words. A channel without a total of its own shares the whole one. */
function plain(given: Omit<Given, 'templateId'>, details: EntitlementDetails): AmendmentChanges {
  const changes = changesFrom(given, details);
  const { restrict, overage, overagePrice, channels } = given;
  const changesOverage = restrict !== undefined || overage !== undefined || overagePrice !== undefined;
  const wanted = new Set<string>([...Object.keys(given), ...(changesOverage ? ['restrict', 'overagePrice'] : [])]);
  const kept = Object.fromEntries(Object.entries(changes).filter(([field]) => wanted.has(field)));
  return channels === undefined
    ? kept
    : { ...kept, channels: channels.map((row) => ({ channel: row.channel, totalTerm: row.totalTerm ?? null })) };
}

async function termsOfTemplate(sql: Sql, id: string, details: EntitlementDetails): Promise<AmendmentChanges> {
  const template = await findTemplate(sql, id);
  if (template === undefined) throw notFound('template', id, 'templateId');
  const { allocationType, period } = template;
  if (allocationType !== details.allocationType || period !== details.period)
    throw problem(
      'validation_failed',
      `The template ${id} counts ${allocationType} by ${period ?? 'term'}, the entitlement ${details.allocationType} by ${details.period ?? 'term'}.`,
      'templateId',
    );
  const { totalTerm, channels, slaId, tier, restrict, overagePrice, productIds, priority, renewalPolicy } = template;
  const { price = null } = template;
  return {
    totalTerm,
    channels,
    slaId,
    tier,
    restrict,
    overagePrice,
    productIds,
    priority,
    renewalPolicy,
    templateId: template.id,
    // A template without a price leaves the one that was agreed.
    ...(price === null ? {} : { price }),
  };
}
