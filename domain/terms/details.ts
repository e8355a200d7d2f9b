import { CIVIL_DATE_RULE, type CivilDate, isCivilDate, isTimeZone } from '../calendar.ts';
import type { ContactId, CustomerId, ProductId, SlaId, TemplateId } from '../ids.ts';
import { invalid, type Refusal } from '../refusals.ts';
import { type AllocationType, type DecreaseOn, MAX_TERM } from './allocation.ts';
import { type ContractPrice, problemWithContractPrice } from './contract-price.ts';
import { problemWithGrace } from './grace.ts';
import { type OveragePrice, problemWithPrice } from './overage-charge.ts';
import { type PeriodLength, problemWithPeriod } from './periods.ts';
import { problemWithRenewalPolicy, type RenewalPolicy } from './renewal-policy.ts';

/** A channel that is covered, with its own total in cases or minutes; null exactly if the entitlement is unlimited. */
export interface ChannelTerm {
  readonly channel: string;
  readonly totalTerm: number | null;
}

/** What a person writes into an entitlement. Editable only while it is a draft. */
export interface EntitlementDetails {
  readonly name: string;
  readonly description: string | null;
  readonly owner: string | null;
  readonly customerId: CustomerId;
  readonly startDate: CivilDate;
  readonly endDate: CivilDate;
  /** The day of the month on which the first of a chain of renewals began; see `AnchoredStart`. */
  readonly anchorDay?: number;
  readonly timeZone: string;
  readonly allocationType: AllocationType;
  /** Cases, or minutes for `hours`, of the whole term or of each period; null exactly if unlimited. */
  readonly totalTerm: number | null;
  /** The allotment is granted anew each period, counted from the start date; null: once for the whole term. */
  readonly period: PeriodLength | null;
  /** The most cases or minutes that roll over from one period into the next. */
  readonly rolloverCap: number;
  readonly decreaseRemainingOn: DecreaseOn;
  /** True: an exhausted entitlement refuses cases. False: remaining goes negative. */
  readonly restrict: boolean;
  /** If set, what is taken past the allotment is charged (overage `charge`). Only without restrict. */
  readonly overagePrice: OveragePrice | null;
  /** True: an attach reserves its term until the case resolves or is canceled. Only with decrease on resolution. */
  readonly hold: boolean;
  /** None: every channel. Some: only those. */
  readonly channels: readonly ChannelTerm[];
  /** None: all products. Some: only those. */
  readonly productIds: readonly ProductId[];
  /** None: all contacts of the customer. Some: only those. */
  readonly contactIds: readonly ContactId[];
  readonly slaId: SlaId | null;
  /** The lower number wins a tie in matching. */
  readonly priority: number;
  /** Bronze, Silver, Gold or whatever else the organisation sells. */
  readonly tier: string | null;
  /** The template from which it was made. */
  readonly templateId: TemplateId | null;
  readonly renewalPolicy: RenewalPolicy | null;
  /** What the contract costs; absent or null: not known here. It is recorded for amendments, and billed elsewhere. */
  readonly price?: ContractPrice | null;
  /** Days after the end in which it takes cases, as long as no successor has started; absent: 0. */
  readonly graceDays?: number;
}

/** The most channels, and the most products or contacts, of one entitlement: they keep a workflow's state small. */
export const MAX_CHANNELS = 50;
export const MAX_NAMED = 200;

const isTerm = (value: number | null): boolean =>
  value !== null && Number.isSafeInteger(value) && value >= 0 && value <= MAX_TERM;

const repeated = (values: readonly string[]): string | undefined =>
  values.find((value, index) => values.indexOf(value) !== index);

/**
 * The first thing wrong with an entitlement's details, or undefined. Always `validation_failed`, with the field. Checks
 * only the details themselves: callers check that the customer, contacts, products and SLA exist.
 */
export function problemWithDetails(details: EntitlementDetails): Refusal | undefined {
  if (details.name.trim() === '') return invalid('name', 'An entitlement needs a name.');
  if (!isCivilDate(details.startDate)) return invalid('startDate', `${details.startDate} is not ${CIVIL_DATE_RULE}.`);
  if (!isCivilDate(details.endDate)) return invalid('endDate', `${details.endDate} is not ${CIVIL_DATE_RULE}.`);
  if (details.endDate < details.startDate)
    return invalid('endDate', `The end date ${details.endDate} is before the start date ${details.startDate}.`);
  if (!isTimeZone(details.timeZone)) return invalid('timeZone', `${details.timeZone} is not an IANA time zone.`);
  if (details.anchorDay !== undefined && !isDayOfMonth(details.anchorDay))
    return invalid('anchorDay', 'The anchor day is a day of the month, from 1 to 31.');
  return (
    problemWithTerms(details) ??
    problemWithPeriod(details) ??
    problemWithPrice(details) ??
    problemWithContractPrice(details) ??
    problemWithGrace(details) ??
    problemWithCover(details) ??
    problemWithRenewalPolicy(details.renewalPolicy)
  );
}

const isDayOfMonth = (day: number): boolean => Number.isSafeInteger(day) && day >= 1 && day <= 31;

function problemWithTerms(details: EntitlementDetails): Refusal | undefined {
  const unlimited = details.allocationType === 'unlimited';
  if (unlimited && details.totalTerm !== null)
    return invalid('totalTerm', 'An unlimited entitlement has no total term.');
  if (!unlimited && !isTerm(details.totalTerm))
    return invalid('totalTerm', `The total term is a whole number of ${unitOf(details)} from 0 to ${MAX_TERM}.`);
  if (unlimited && details.restrict) return invalid('restrict', 'An unlimited entitlement is never exhausted.');
  for (const [index, row] of details.channels.entries()) {
    const field = `channels.${index}.totalTerm`;
    if (unlimited) {
      if (row.totalTerm !== null) return invalid(field, 'A channel of an unlimited entitlement has no total term.');
    } else if (!isTerm(row.totalTerm)) {
      return invalid(field, `A channel's total is a whole number of ${unitOf(details)} from 0 to ${MAX_TERM}.`);
    } else if ((row.totalTerm ?? 0) > (details.totalTerm ?? 0)) {
      return invalid(field, `The total of ${row.channel} is above the entitlement's total of ${details.totalTerm}.`);
    }
  }
  if (details.hold && details.decreaseRemainingOn === 'creation')
    return invalid('hold', 'A hold needs decreaseRemainingOn resolution: on creation there is nothing to hold.');
  return undefined;
}

function problemWithCover(details: EntitlementDetails): Refusal | undefined {
  if (details.channels.length > MAX_CHANNELS)
    return invalid('channels', `An entitlement has at most ${MAX_CHANNELS} channels.`);
  if (details.productIds.length > MAX_NAMED)
    return invalid('productIds', `An entitlement names at most ${MAX_NAMED} products.`);
  if (details.contactIds.length > MAX_NAMED)
    return invalid('contactIds', `An entitlement names at most ${MAX_NAMED} contacts.`);
  const channel = repeated(details.channels.map((row) => row.channel));
  if (channel !== undefined) return invalid('channels', `The channel ${channel} is listed twice.`);
  const product = repeated(details.productIds);
  if (product !== undefined) return invalid('productIds', `The product ${product} is listed twice.`);
  const contact = repeated(details.contactIds);
  if (contact !== undefined) return invalid('contactIds', `The contact ${contact} is listed twice.`);
  return undefined;
}

/** The unit of the terms, in words for people; `cases` also where nothing is counted. */
export const unitOf = (details: { allocationType: AllocationType }): 'cases' | 'minutes' =>
  details.allocationType === 'hours' ? 'minutes' : 'cases';
