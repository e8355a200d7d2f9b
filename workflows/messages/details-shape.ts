import { MAX_TERM } from '../../domain/terms/allocation.ts';
import { AMENDABLE } from '../../domain/terms/amendments.ts';
import { type EntitlementDetails, MAX_CHANNELS, MAX_NAMED } from '../../domain/terms/details.ts';
import { MAX_GRACE_DAYS } from '../../domain/terms/grace.ts';
import { MAX_INCREMENT_MINUTES } from '../../domain/terms/overage-charge.ts';
import { MAX_NOTICE_DAYS } from '../../domain/terms/renewal-policy.ts';
import {
  isChannel,
  isDateLike,
  isExactly,
  isFlag,
  isId,
  isListOf,
  isOneOf,
  isText,
  isWhole,
  orAbsent,
  orNull,
  type Shape,
} from './shapes.ts';

/** An entitlement's details as messages bring them, with the same types, ranges and lengths as over HTTP. */

const MAX_NAME = 200;
const MAX_DESCRIPTION = 2_000;
const MAX_EMAIL = 320;
const MAX_ZONE = 100;
const MAX_TIER = 40;
const MAX_PRIORITY = 1_000_000;
/** Digits of a price, its point and four places. */
const MAX_PRICE = 14;
const CURRENCY_LENGTH = 3;

export const isPrice = isText(MAX_PRICE);
export const isCurrency = isText(CURRENCY_LENGTH);
const isTerm = isWhole(0, MAX_TERM);
const isDays = isWhole(0, MAX_NOTICE_DAYS);
const isPerson = isExactly({ name: isText(MAX_NAME), email: isText(MAX_EMAIL) });

export const isRenewalPolicy = isExactly({
  noticeDays: isDays,
  reminderDays: isDays,
  escalationDays: isDays,
  accountManager: orNull(isPerson),
  escalateTo: orNull(isPerson),
  propose: isOneOf('same_terms', 'by_use'),
});

export const isOveragePrice = isExactly({
  unitPrice: isPrice,
  currency: isCurrency,
  billingIncrementMinutes: isWhole(1, MAX_INCREMENT_MINUTES),
});

/** Twelve digits of a contract's price, its point and four places. */
const MAX_CONTRACT_PRICE = 17;
const isContractPrice = isExactly({
  amount: isText(MAX_CONTRACT_PRICE),
  currency: isCurrency,
  per: isOneOf('term', 'period'),
});

const DETAILS: Readonly<Record<keyof EntitlementDetails, Shape>> = {
  name: isText(MAX_NAME),
  description: orNull(isText(MAX_DESCRIPTION)),
  owner: orNull(isText(MAX_NAME)),
  customerId: isId,
  startDate: isDateLike,
  endDate: isDateLike,
  anchorDay: orAbsent(isWhole(1, 31)),
  timeZone: isText(MAX_ZONE),
  allocationType: isOneOf('cases', 'hours', 'unlimited'),
  totalTerm: orNull(isTerm),
  decreaseRemainingOn: isOneOf('creation', 'resolution'),
  restrict: isFlag,
  hold: isFlag,
  channels: isListOf(isExactly({ channel: isChannel, totalTerm: orNull(isTerm) }), MAX_CHANNELS),
  productIds: isListOf(isId, MAX_NAMED),
  contactIds: isListOf(isId, MAX_NAMED),
  slaId: orNull(isId),
  priority: isWhole(0, MAX_PRIORITY),
  period: orNull(isOneOf('month', 'quarter', 'year')),
  rolloverCap: isTerm,
  overagePrice: orNull(isOveragePrice),
  tier: orNull(isText(MAX_TIER)),
  templateId: orNull(isId),
  renewalPolicy: orNull(isRenewalPolicy),
  price: orAbsent(orNull(isContractPrice)),
  graceDays: orAbsent(isWhole(0, MAX_GRACE_DAYS)),
};

export const isDetails = isExactly(DETAILS);

/** The shape of an amendment's changes. */
export const isAmendmentChanges = isExactly(
  Object.fromEntries(AMENDABLE.map((field) => [field, orAbsent(DETAILS[field])])),
);

/** The shape of changes: some of the details, where absent ones stay as they are. */
export const isSomeDetails = isExactly(
  Object.fromEntries(Object.entries(DETAILS).map(([field, shape]) => [field, orAbsent(shape)])),
);
