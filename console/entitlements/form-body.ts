import type { Shapes } from '../data/api.ts';
import type { FormValues } from './form-values.ts';

/** What the API is sent: every field that a person can write. */
export type Body = Omit<Shapes['EntitlementPatch'], 'restrict'>;
export type BodyField = keyof Body;

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
const days = (value: number | ''): number => (value === '' ? 0 : value);
const person = ({ name, email }: { name: string; email: string }) =>
  name.trim() === '' && email.trim() === '' ? null : { name: name.trim(), email: email.trim() };

/** The fields as the API takes them. What the allocation type leaves no room for is sent as nothing. */
export function bodyOf(values: FormValues): Body {
  const isUnlimited = values.allocationType === 'unlimited';
  const overage = isUnlimited && values.overage === 'block' ? 'allow' : values.overage;
  const period = isUnlimited || values.period === '' ? null : values.period;
  return {
    name: values.name.trim(),
    description: textOrNull(values.description),
    owner: textOrNull(values.owner),
    tier: textOrNull(values.tier),
    ...(values.priority === '' ? {} : { priority: values.priority }),
    ...(values.customerId === null ? {} : { customerId: values.customerId }),
    startDate: values.startDate,
    endDate: values.endDate,
    ...(values.timeZone === null ? {} : { timeZone: values.timeZone }),
    allocationType: values.allocationType,
    totalTerm: isUnlimited ? null : values.totalTerm,
    decreaseRemainingOn: values.decreaseRemainingOn,
    hold: values.decreaseRemainingOn === 'resolution' && values.hold,
    period,
    rolloverCap: period === null ? 0 : (values.rolloverCap ?? 0),
    overage,
    overagePrice: overage === 'charge' ? priceOf(values) : null,
    price: contractPriceOf(values, period),
    graceDays: days(values.graceDays),
    channels: values.channels.map(({ channel, totalTerm }) => ({
      channel: channel ?? '',
      totalTerm: isUnlimited ? null : totalTerm,
    })),
    productIds: values.productIds,
    contactIds: values.contactIds,
    slaId: values.slaId,
    ...(values.renewal === 'default' ? {} : { renewalPolicy: values.renewal === 'none' ? null : policyOf(values) }),
  };
}

const priceOf = ({ overagePrice, allocationType }: FormValues) => ({
  unitPrice: overagePrice.unitPrice.trim(),
  currency: overagePrice.currency.trim().toUpperCase(),
  billingIncrementMinutes:
    allocationType === 'hours' && overagePrice.billingIncrementMinutes !== ''
      ? overagePrice.billingIncrementMinutes
      : 1,
});

/** A price for each period is one for the term where there are no periods. */
const contractPriceOf = ({ price }: FormValues, period: Body['period']): Body['price'] =>
  price.amount.trim() === ''
    ? null
    : {
        amount: price.amount.trim(),
        currency: price.currency.trim().toUpperCase(),
        per: period === null ? 'term' : price.per,
      };

const policyOf = ({ renewalPolicy: policy }: FormValues) => ({
  noticeDays: days(policy.noticeDays),
  reminderDays: days(policy.reminderDays),
  escalationDays: days(policy.escalationDays),
  accountManager: person(policy.accountManager),
  escalateTo: person(policy.escalateTo),
  propose: policy.propose,
});

export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const fieldsIn = (...bodies: readonly Body[]): readonly BodyField[] =>
  [...new Set(bodies.flatMap((body) => Object.keys(body)))].filter((name): name is BodyField =>
    bodies.some((body) => name in body),
  );

/** The fields in which two bodies differ. */
export const differing = (one: Body, other: Body): readonly BodyField[] =>
  fieldsIn(one, other).filter((name) => !isSame(one[name], other[name]));

/** The fields of `after` that differ from `before`, for a PATCH. A price and what it is for go together. */
export function patchOf(before: Body, after: Body): Body {
  const changed = new Set(differing(before, after));
  if (changed.has('overage') || changed.has('overagePrice')) changed.add('overage').add('overagePrice');
  return Object.fromEntries(Object.entries(after).filter(([name]) => [...changed].some((field) => field === name)));
}
