import { type CivilDate, plusDays, plusMonths } from '../calendar.ts';
import { type CustomerId, customerId, type TemplateId } from '../ids.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { AllocationType } from '../terms/allocation.ts';
import { type EntitlementDetails, problemWithDetails } from '../terms/details.ts';

export type DurationUnit = 'days' | 'months' | 'years';

/** How long an entitlement lasts from its start date. */
export interface Duration {
  readonly unit: DurationUnit;
  readonly count: number;
}

/** The details of an entitlement that depend neither on its customer nor on its dates. */
export type TemplateTerms = Omit<
  EntitlementDetails,
  'customerId' | 'contactIds' | 'startDate' | 'endDate' | 'anchorDay' | 'timeZone' | 'templateId'
>;

/** What entitlements are made from. A channel without a total gets the total of the entitlement that is made. */
export interface Template extends TemplateTerms {
  readonly id: TemplateId;
  readonly duration: Duration;
  /** Null: the customer's time zone, or UTC. */
  readonly timeZone: string | null;
}

/** The details of the new entitlement that differ from the template. */
export type TemplateChanges = Partial<TemplateTerms & Pick<EntitlementDetails, 'endDate' | 'contactIds'>>;

/** A hundred years in each unit. */
const MAX_COUNT: Readonly<Record<DurationUnit, number>> = { days: 36_525, months: 1_200, years: 100 };
const MONTHS_A_YEAR = 12;

/** The last day that is covered: a year from 2027-01-01 ends on 2027-12-31. */
export function lastDay(startDate: CivilDate, { unit, count }: Duration): CivilDate {
  if (unit === 'days') return plusDays(startDate, count - 1);
  return plusDays(plusMonths(startDate, unit === 'years' ? MONTHS_A_YEAR * count : count), -1);
}

/** Only the terms, field by field: a record of the database has other fields too. */
export const termsOf = (terms: TemplateTerms): TemplateTerms => ({
  name: terms.name,
  description: terms.description,
  owner: terms.owner,
  allocationType: terms.allocationType,
  totalTerm: terms.totalTerm,
  period: terms.period,
  rolloverCap: terms.rolloverCap,
  decreaseRemainingOn: terms.decreaseRemainingOn,
  restrict: terms.restrict,
  overagePrice: terms.overagePrice,
  hold: terms.hold,
  channels: terms.channels,
  productIds: terms.productIds,
  slaId: terms.slaId,
  priority: terms.priority,
  tier: terms.tier,
  renewalPolicy: terms.renewalPolicy,
  ...(terms.price === undefined ? {} : { price: terms.price }),
  ...(terms.graceDays === undefined ? {} : { graceDays: terms.graceDays }),
});

/** The details of a draft that is made from a template: its terms, with the `changes` in their place. */
export function detailsFromTemplate(
  template: Template,
  draft: { customerId: CustomerId; startDate: CivilDate; timeZone: string; changes: TemplateChanges },
): EntitlementDetails {
  const { id, duration } = template;
  const own = termsOf(template);
  const { changes, ...whose } = draft;
  const terms = { ...withAllocationType(own, changes.allocationType ?? own.allocationType), ...changes };
  const { totalTerm } = terms;
  return {
    contactIds: [],
    endDate: lastDay(draft.startDate, duration),
    ...terms,
    channels: terms.channels.map((row) => ({ channel: row.channel, totalTerm: row.totalTerm ?? totalTerm })),
    ...whose,
    templateId: id,
  };
}

/** Without the template's amounts if the draft counts something else: the changes must give new ones. */
function withAllocationType(terms: TemplateTerms, allocationType: AllocationType): TemplateTerms {
  if (allocationType === terms.allocationType) return terms;
  const isUnlimited = allocationType === 'unlimited';
  return {
    ...terms,
    allocationType,
    totalTerm: null,
    restrict: !isUnlimited,
    overagePrice: null,
    ...(terms.price === undefined ? {} : { price: null }),
    period: isUnlimited ? null : terms.period,
    rolloverCap: 0,
    channels: terms.channels.map(({ channel }) => ({ channel, totalTerm: null })),
  };
}

/** The first thing wrong with a template, or undefined. Always `validation_failed`, with the field. */
export function problemWithTemplate(template: Template): Refusal | undefined {
  const { unit, count } = template.duration;
  const max = Object.hasOwn(MAX_COUNT, unit) ? MAX_COUNT[unit] : 0;
  if (!Number.isSafeInteger(count) || count < 1 || count > max)
    return refuse(
      'validation_failed',
      'A duration is 1 or more whole days, months or years, at most 100 years.',
      'duration',
    ).refused;
  // Finds what would be wrong with every entitlement that is made from it: any customer and any start date will do.
  const timeZone = template.timeZone ?? 'UTC';
  return problemWithDetails(
    detailsFromTemplate(template, { customerId: customerId(''), startDate: '2027-01-01', timeZone, changes: {} }),
  );
}
