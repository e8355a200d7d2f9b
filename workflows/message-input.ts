import type { EntitlementDetails } from '../domain/details.ts';
import { type Refusal, refuse } from '../domain/refusals.ts';
import { isStorable } from './event-limits.ts';

/**
 * The shapes of what updates bring, beside case events. Temporal clients reach a workflow directly, and an update that
 * throws something unforeseen would stop the entitlement: whatever cannot be read is refused before it is taken.
 */

type Shape = (value: unknown) => boolean;

const isText: Shape = (value) => typeof value === 'string' && isStorable(value);
const isNumber: Shape = (value) => typeof value === 'number' && Number.isSafeInteger(value);
const isFlag: Shape = (value) => typeof value === 'boolean';
const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
const listOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);
const orAbsent =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);
const record =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([field, shape]) => shape((value as Readonly<Record<string, unknown>>)[field]));

/** More than a sender can have written since it last asked. */
const MAX_CONFIRMED_SPAN = 100_000;

const MAX_SPANS = 1_000;

const isSpan: Shape = (value) => {
  if (!listOf(isNumber)(value)) return false;
  const [from, to, ...rest] = value as number[];
  return from !== undefined && to !== undefined && rest.length === 0 && to >= from && to - from <= MAX_CONFIRMED_SPAN;
};

const isEnvelope = record({
  by: orAbsent(isText),
  knowledge: orAbsent(
    record({ generation: isNumber, cases: listOf(record({ caseId: isText, rule: record({ unit: isText }) })) }),
  ),
  confirmed: orAbsent((value) => listOf(isSpan)(value) && (value as unknown[]).length <= MAX_SPANS),
});

const isPerson = record({ name: isText, email: isText });
const isRenewalPolicy = record({
  noticeDays: isNumber,
  reminderDays: isNumber,
  escalationDays: isNumber,
  accountManager: orNull(isPerson),
  escalateTo: orNull(isPerson),
  propose: isText,
});

const DETAILS: Readonly<Record<keyof EntitlementDetails, Shape>> = {
  name: isText,
  description: orNull(isText),
  owner: orNull(isText),
  customerId: isText,
  startDate: isText,
  endDate: isText,
  anchorDay: orAbsent(isNumber),
  timeZone: isText,
  allocationType: isText,
  totalTerm: orNull(isNumber),
  decreaseRemainingOn: isText,
  restrict: isFlag,
  hold: isFlag,
  channels: listOf(record({ channel: isText, totalTerm: orNull(isNumber) })),
  productIds: listOf(isText),
  contactIds: listOf(isText),
  slaId: orNull(isText),
  priority: isNumber,
  period: orNull(isText),
  rolloverCap: isNumber,
  overagePrice: orNull(record({ unitPrice: isText, currency: isText, billingIncrementMinutes: isNumber })),
  tier: orNull(isText),
  templateId: orNull(isText),
  renewalPolicy: orNull(isRenewalPolicy),
};
const CHANGES = Object.fromEntries(Object.entries(DETAILS).map(([field, shape]) => [field, orAbsent(shape)]));

const isCreation = record({ by: isText, key: orNull(isText), details: record(DETAILS), renewsId: orNull(isText) });
const isLife = record({
  by: isText,
  key: orNull(isText),
  reason: orNull(isText),
  changes: orAbsent(record(CHANGES)),
  successorId: orAbsent(isText),
  details: orAbsent(record(DETAILS)),
  topUp: orAbsent(
    record({
      amount: isNumber,
      startsOn: orAbsent(orNull(isText)),
      expiresOn: orNull(isText),
      price: orNull(isText),
      currency: orNull(isText),
    }),
  ),
  ifVersion: orAbsent(isNumber),
});

const unless = (fits: boolean): Refusal | undefined =>
  fits ? undefined : refuse('validation_failed', 'The message cannot be read.').refused;

export const problemWithEnvelope = (message: unknown) => unless(isEnvelope(message));
export const problemWithCreation = (message: unknown) => unless(isEnvelope(message) && isCreation(message));
export const problemWithLife = (message: unknown) => unless(isEnvelope(message) && isLife(message));
