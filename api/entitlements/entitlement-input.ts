import type { z } from 'zod';
import { readRenewalPolicy } from '../../db/access/settings.ts';
import { findUnknown } from '../../db/entitlements/entitlements.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { TemplateTerms } from '../../domain/entitlements/template.ts';
import { contactId, customerId, productId, slaId } from '../../domain/ids.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { OveragePrice } from '../../domain/terms/overage-charge.ts';
import { problem } from '../http/problem.ts';
import type { entitlementBody, entitlementPatch } from '../http/schemas.ts';

type Body = z.infer<typeof entitlementBody>;
type Patch = z.infer<typeof entitlementPatch>;
/** What terms are written with: of an entitlement and of a template alike. */
type TermsInput = Pick<Patch, keyof TemplateTerms & keyof Patch> &
  Pick<Patch, 'overage'> &
  Pick<Body, 'name' | 'allocationType'>;

/** The number that a new entitlement has in ties of matching; lower ones win. */
const DEFAULT_PRIORITY = 100;
export const DEFAULT_TIME_ZONE = 'UTC';

/** A draft's details from what the caller wrote; `customerTimeZone` is the customer's own zone, when it has one. */
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

/** What does not depend on whose it is and when it begins; a channel without a total of its own has none yet. */
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
  };
}

/** The same with the organisation's renewal policy, where it says none; null stays null. */
export const withRenewalPolicy = async <Given extends Pick<Patch, 'renewalPolicy'>>(sql: Sql, body: Given) =>
  body.renewalPolicy === undefined ? { ...body, renewalPolicy: await readRenewalPolicy(sql) } : body;

const channelsFrom = (rows: NonNullable<Patch['channels']>, totalTerm: number | null) =>
  rows.map((row) => ({ channel: row.channel, totalTerm: row.totalTerm ?? totalTerm }));

/** What `overage`, or a price for it, says of restrict; undefined when neither is given. */
function restrictFrom({ overage, overagePrice }: Pick<Patch, 'overage' | 'overagePrice'>): boolean | undefined {
  if (overage !== undefined) return overage === 'block';
  return overagePrice == null ? undefined : false;
}

/** The price that goes with `overage`. Refuses `validation_failed` for a charge without one. */
function priceOf({ overage, overagePrice }: Pick<Patch, 'overage' | 'overagePrice'>, now: OveragePrice | null) {
  if (overage === 'block' || overage === 'allow') return null;
  const price = overagePrice === undefined ? now : overagePrice;
  if (overage === 'charge' && price === null)
    throw problem('validation_failed', 'The overage charge needs a price.', 'overagePrice');
  return price;
}

/** What a patch changes. A channel without a total of its own gets the total that the patched entitlement has. */
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

interface NamedByTerms {
  readonly productIds?: readonly string[] | undefined;
  readonly channels?: readonly { channel: string }[] | undefined;
  readonly slaId?: string | null | undefined;
}

/** A channel that had the whole total has it after a change of the total as well. */
function withWholeTotal({ totalTerm }: Patch, now: EntitlementDetails): Pick<Partial<EntitlementDetails>, 'channels'> {
  if (totalTerm === undefined) return {};
  const follows = (own: number | null) => (own === now.totalTerm ? totalTerm : own);
  return { channels: now.channels.map((row) => ({ ...row, totalTerm: follows(row.totalTerm) })) };
}

/**
 * Checks what an entitlement names against the records. Refuses `not_found` with the field, `contact_of_other_customer`,
 * and `validation_failed` for a channel that the organisation has not listed. Returns the customer's zone.
 */
export async function checkNamed(
  sql: Sql,
  named: NamedByTerms & { customerId: string; contactIds?: readonly string[] | undefined },
): Promise<string | null> {
  const unknown = await findUnknown(sql, questionOf(named, named.customerId, named.contactIds));
  const [contact] = unknown.contacts;
  const [foreign] = unknown.foreign;
  if (unknown.customer === null) throw problem('not_found', `There is no customer ${named.customerId}.`, 'customerId');
  if (contact !== undefined) throw problem('not_found', `There is no contact ${contact}.`, 'contactIds');
  if (foreign !== undefined)
    throw problem(
      'contact_of_other_customer',
      `The contact ${foreign} is not of customer ${named.customerId}.`,
      'contactIds',
    );
  refuseUnknown(unknown, named);
  return unknown.customer.timeZone;
}

/** The same for what a template names. */
export async function checkNamedByTemplate(sql: Sql, named: NamedByTerms): Promise<void> {
  refuseUnknown(await findUnknown(sql, questionOf(named, '')), named);
}

const questionOf = (named: NamedByTerms, customer: string, contactIds: readonly string[] = []) => ({
  customerId: customer,
  contactIds,
  productIds: named.productIds ?? [],
  channels: (named.channels ?? []).map(({ channel }) => channel),
  slaId: named.slaId ?? null,
});

function refuseUnknown(unknown: Awaited<ReturnType<typeof findUnknown>>, { slaId: sla }: NamedByTerms): void {
  const [product] = unknown.products;
  const [channel] = unknown.channels;
  if (product !== undefined) throw problem('not_found', `There is no product ${product}.`, 'productIds');
  if (!unknown.slaExists) throw problem('not_found', `There is no SLA ${sla}.`, 'slaId');
  if (channel !== undefined)
    throw problem(
      'validation_failed',
      `The channel ${channel} is not in the organisation's list: see /v1/settings.`,
      'channels',
    );
}
