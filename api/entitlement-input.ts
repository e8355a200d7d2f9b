import type { z } from 'zod';
import type { Sql } from '../db/connect.ts';
import { findUnknown } from '../db/entitlements.ts';
import type { EntitlementDetails } from '../domain/details.ts';
import { contactId, customerId, productId } from '../domain/ids.ts';
import type { OveragePrice } from '../domain/overage.ts';
import { problem } from './problem.ts';
import type { entitlementBody, entitlementPatch } from './schemas.ts';

type Body = z.infer<typeof entitlementBody>;
type Patch = z.infer<typeof entitlementPatch>;

/** The number that a new entitlement has in ties of matching; lower ones win. */
const DEFAULT_PRIORITY = 100;
const DEFAULT_TIME_ZONE = 'UTC';

/** A draft's details from what the caller wrote; `customerTimeZone` is the customer's own zone, when it has one. */
export function detailsFrom(body: Body, customerTimeZone: string | null): EntitlementDetails {
  const unlimited = body.allocationType === 'unlimited';
  const totalTerm = body.totalTerm ?? null;
  const overagePrice = priceOf(body, null);
  return {
    name: body.name,
    description: body.description ?? null,
    owner: body.owner ?? null,
    customerId: customerId(body.customerId),
    startDate: body.startDate,
    endDate: body.endDate,
    timeZone: body.timeZone ?? customerTimeZone ?? DEFAULT_TIME_ZONE,
    allocationType: body.allocationType,
    totalTerm,
    decreaseRemainingOn: body.decreaseRemainingOn ?? 'creation',
    restrict: body.restrict ?? restrictFrom(body) ?? !unlimited,
    overagePrice,
    hold: body.hold ?? false,
    channels: (body.channels ?? []).map((row) => ({ channel: row.channel, totalTerm: row.totalTerm ?? totalTerm })),
    productIds: (body.productIds ?? []).map(productId),
    contactIds: (body.contactIds ?? []).map(contactId),
    slaId: null,
    period: body.period ?? null,
    rolloverCap: body.rolloverCap ?? 0,
    tier: body.tier ?? null,
    templateId: null,
    renewalPolicy: body.renewalPolicy ?? null,
    priority: body.priority ?? DEFAULT_PRIORITY,
  };
}

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
  const { overage, channels, productIds, contactIds, customerId: customer, ...plain } = patch;
  const totalTerm = patch.totalTerm === undefined ? now.totalTerm : patch.totalTerm;
  const restrict = patch.restrict ?? restrictFrom(patch);
  const changes = {
    ...plain,
    ...(restrict === undefined ? {} : { restrict }),
    overagePrice: priceOf(patch, now.overagePrice),
    ...(channels === undefined
      ? {}
      : { channels: channels.map((row) => ({ channel: row.channel, totalTerm: row.totalTerm ?? totalTerm })) }),
    ...(productIds === undefined ? {} : { productIds: productIds.map(productId) }),
    ...(contactIds === undefined ? {} : { contactIds: contactIds.map(contactId) }),
    ...(customer === undefined ? {} : { customerId: customerId(customer) }),
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/**
 * Checks what an entitlement names against the records. Refuses `not_found` with the field, `contact_of_other_customer`,
 * and `validation_failed` for a channel that the organisation has not listed. Returns the customer's zone.
 */
export async function checkNamed(
  sql: Sql,
  named: {
    customerId: string;
    contactIds?: readonly string[] | undefined;
    productIds?: readonly string[] | undefined;
    channels?: readonly { channel: string }[] | undefined;
  },
): Promise<string | null> {
  const unknown = await findUnknown(sql, {
    customerId: named.customerId,
    contactIds: named.contactIds ?? [],
    productIds: named.productIds ?? [],
    channels: (named.channels ?? []).map(({ channel }) => channel),
  });
  const [contact] = unknown.contacts;
  const [product] = unknown.products;
  const [channel] = unknown.channels;
  const [foreign] = unknown.foreign;
  if (unknown.customer === null) throw problem('not_found', `There is no customer ${named.customerId}.`, 'customerId');
  if (contact !== undefined) throw problem('not_found', `There is no contact ${contact}.`, 'contactIds');
  if (product !== undefined) throw problem('not_found', `There is no product ${product}.`, 'productIds');
  if (foreign !== undefined)
    throw problem(
      'contact_of_other_customer',
      `The contact ${foreign} is not of customer ${named.customerId}.`,
      'contactIds',
    );
  if (channel !== undefined)
    throw problem('validation_failed', `The channel ${channel} is not in the organisation's list.`, 'channels');
  return unknown.customer.timeZone;
}
