import { isStorable, TEXT_RULE } from '../input-limits.ts';
import { invalid, type Refusal } from '../refusals.ts';

/** What an SLA says about the clocks of its cases, beside what it promises. */
export interface ClockRules {
  /** Shares of a promise, in per cent from 1 to 99 and rising, at which somebody is warned. */
  readonly warnAtPercent: readonly number[];
  /** The reasons for a hold that stop the clock of the first response; null: every reason does. */
  readonly firstResponsePausedBy: readonly string[] | null;
  /** The same for the clock of the resolution. */
  readonly resolutionPausedBy: readonly string[] | null;
  /** Who gets a mail when a clock nears its due time or is breached; empty: nobody. */
  readonly mailTo: readonly string[];
}

/** The rules of an SLA that says nothing else. */
export const DEFAULT_CLOCK_RULES: ClockRules = {
  warnAtPercent: [75],
  firstResponsePausedBy: null,
  resolutionPausedBy: null,
  mailTo: [],
};

export const MAX_WARNINGS = 3;
/** The most reasons that an SLA can list, and that can hold a case at a time. */
export const MAX_HOLD_REASONS = 20;
export const MAX_HOLD_REASON_CHARS = 100;
export const HOLD_REASON_RULE = `must be a text of 1 to ${MAX_HOLD_REASON_CHARS} characters ${TEXT_RULE}, without blanks around it`;
export const MAX_MAIL_TO = 10;

/** Whether a text can be the reason for a hold. Reasons are the same only if every character is. */
export const isHoldReason = (reason: string): boolean =>
  reason !== '' && reason.length <= MAX_HOLD_REASON_CHARS && reason === reason.trim() && isStorable(reason);

/** The first thing wrong with these rules, or undefined. Always `validation_failed`, with the field. */
export const problemWithClockRules = (rules: ClockRules): Refusal | undefined =>
  problemWithWarnings(rules.warnAtPercent) ??
  problemWithReasons('firstResponsePausedBy', rules.firstResponsePausedBy) ??
  problemWithReasons('resolutionPausedBy', rules.resolutionPausedBy) ??
  problemWithMailTo(rules.mailTo);

function problemWithWarnings(percents: readonly number[]): Refusal | undefined {
  if (percents.length > MAX_WARNINGS)
    return invalid('warnAtPercent', `An SLA warns at most ${MAX_WARNINGS} times before a clock is due.`);
  for (const [index, percent] of percents.entries()) {
    const field = `warnAtPercent.${index}`;
    if (!Number.isSafeInteger(percent) || percent < 1 || percent > 99)
      return invalid(field, 'A warning comes at a whole number of per cent from 1 to 99.');
    if (percent <= (percents[index - 1] ?? 0)) return invalid(field, 'Each warning comes later than the one before.');
  }
  return undefined;
}

function problemWithReasons(field: string, reasons: readonly string[] | null): Refusal | undefined {
  if (reasons === null) return undefined;
  if (reasons.length > MAX_HOLD_REASONS)
    return invalid(field, `An SLA lists at most ${MAX_HOLD_REASONS} reasons; null means every reason.`);
  for (const [index, reason] of reasons.entries()) {
    if (!isHoldReason(reason)) return invalid(`${field}.${index}`, `A reason ${HOLD_REASON_RULE}.`);
    if (reasons.indexOf(reason) !== index) return invalid(`${field}.${index}`, `The reason ${reason} is listed twice.`);
  }
  return undefined;
}

function problemWithMailTo(addresses: readonly string[]): Refusal | undefined {
  if (addresses.length > MAX_MAIL_TO)
    return invalid('mailTo', `An SLA sends its mails to at most ${MAX_MAIL_TO} people.`);
  for (const [index, address] of addresses.entries())
    if (addresses.indexOf(address) !== index)
      return invalid(`mailTo.${index}`, `The address ${address} is listed twice.`);
  return undefined;
}
