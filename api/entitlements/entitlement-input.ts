import type { z } from 'zod';
import { readRenewalPolicy } from '../../db/access/settings.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { TemplateTerms } from '../../domain/entitlements/template.ts';
import { contactId, customerId, productId, slaId } from '../../domain/ids.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { OveragePrice } from '../../domain/terms/overage-charge.ts';
import { problem } from '../http/problem.ts';
import type { entitlementBody, entitlementPatch } from './schemas.ts';

type Body = z.infer<typeof entitlementBody>;
type Patch = z.infer<typeof entitlementPatch>;
/** The input of terms, the same for an entitlement and for a template. */
type TermsInput = Pick<Patch, keyof TemplateTerms & keyof Patch> &
  Pick<Patch, 'overage'> &
  Pick<Body, 'name' | 'allocationType'>;

/** The priority of a new entitlement; the lower number wins a tie in matching. */
const DEFAULT_PRIORITY = 100;
export const DEFAULT_TIME_ZONE = 'UTC';

/** The details of the draft that a body describes; `customerTimeZone` is the customer's own time zone, or null. */
export const detailsFrom = (body: Body, customerTimeZone: string | null): EntitlementDetails => ({
  ...termsFrom(body),
  customerId: customerId(body.customerId),
  contactIds: (body.contactIds ?? []).map(contactId),
  startDate: body.startDate,
  endDate: body.endDate,
  timeZone: body.timeZone ?? customerTimeZone ?? DEFAULT_TIME_ZONE,
  channels: channelsFrom(body.channels ?? [], body.totalTerm ?? null),
  templateId: null,
});

/** The terms that do not depend on the customer and the dates; a channel without a total of its own has none yet. */
export function termsFrom(body: TermsInput): TemplateTerms {
  return {
    name: body.name,
    description: body.description ?? null,
    owner: body.owner ?? null,
    allocationType: body.allocationType,
    totalTerm: body.totalTerm ?? null,
    period: body.period ?? null,
    rolloverCap: body.rolloverCap ?? 0,
    decreaseRemainingOn: body.decreaseRemainingOn ?? 'creation',
    restrict: body.restrict ?? restrictFrom(body) ?? body.allocationType !== 'unlimited',
    overagePrice: priceOf(body, null),
    hold: body.hold ?? false,
    channels: channelsFrom(body.channels ?? [], null),
    productIds: (body.productIds ?? []).map(productId),
    slaId: body.slaId == null ? null : slaId(body.slaId),
    priority: body.priority ?? DEFAULT_PRIORITY,
    tier: body.tier ?? null,
    renewalPolicy: body.renewalPolicy ?? null,
    // Left out where there is none, so that a repeated request has the content that older versions stored.
    ...(body.price == null ? {} : { price: body.price }),
    ...(body.graceDays === undefined || body.graceDays === 0 ? {} : { graceDays: body.graceDays }),
  };
}

/** The body with the organisation's renewal policy where it gives none; null stays null. */
export const withRenewalPolicy = async <Given extends Pick<Patch, 'renewalPolicy'>>(sql: Sql, body: Given) =>
  body.renewalPolicy === undefined ? { ...body, renewalPolicy: await readRenewalPolicy(sql) } : body;

const channelsFrom = (rows: NonNullable<Patch['channels']>, totalTerm: number | null) =>
  rows.map((row) => ({ channel: row.channel, totalTerm: row.totalTerm ?? totalTerm }));

/** The `restrict` that follows from `overage` or from a price; undefined when neither is given. */
function restrictFrom({ overage, overagePrice }: Pick<Patch, 'overage' | 'overagePrice'>): boolean | undefined {
  if (overage !== undefined) return overage === 'block';
  return overagePrice == null ? undefined : false;
}

/** The price that goes with `overage`. Refuses `validation_failed` for a charge without one. */
function priceOf({ overage, overagePrice }: Pick<Patch, 'overage' | 'overagePrice'>, now: OveragePrice | null) {
  if (overage === 'block' || overage === 'allow') return null;
  const price = overagePrice === undefined ? now : overagePrice;
  if (overage === 'charge' && price === null)
    throw problem('validation_failed', 'With overage charge a price is needed: give overagePrice.', 'overagePrice');
  return price;
}

/** The changes that a patch makes. A channel without a total of its own gets the total of the patched entitlement. */
export function changesFrom(patch: Patch, now: EntitlementDetails): Partial<EntitlementDetails> {
  const { overage, channels, productIds, contactIds, customerId: customer, slaId: sla, ...plain } = patch;
  const totalTerm = patch.totalTerm === undefined ? now.totalTerm : patch.totalTerm;
  const restrict = patch.restrict ?? restrictFrom(patch);
  const changes = {
    ...plain,
    ...(restrict === undefined ? {} : { restrict }),
    overagePrice: priceOf(patch, now.overagePrice),
    ...(channels === undefined ? withWholeTotal(patch, now) : { channels: channelsFrom(channels, totalTerm) }),
    ...(productIds === undefined ? {} : { productIds: productIds.map(productId) }),
    ...(contactIds === undefined ? {} : { contactIds: contactIds.map(contactId) }),
    ...(customer === undefined ? {} : { customerId: customerId(customer) }),
    ...(sla === undefined ? {} : { slaId: sla === null ? null : slaId(sla) }),
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** When the total changes, a channel that had the whole total gets the new one. */
function withWholeTotal({ totalTerm }: Patch, now: EntitlementDetails): Pick<Partial<EntitlementDetails>, 'channels'> {
  if (totalTerm === undefined) return {};
  const follows = (own: number | null) => (own === now.totalTerm ? totalTerm : own);
  return { channels: now.channels.map((row) => ({ ...row, totalTerm: follows(row.totalTerm) })) };
}
