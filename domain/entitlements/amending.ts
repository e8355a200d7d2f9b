import { CIVIL_DATE_RULE, type CivilDate, dateAt, type EpochMs, isCivilDate, startOfDay } from '../calendar.ts';
import { fingerprint } from '../fingerprint.ts';
import { lifeRow, type Origin, type RowDraft } from '../ledger/ledger-row.ts';
import { type Decided, invalid, isRefused, type Refusal, refuse } from '../refusals.ts';
import {
  type AmendmentAhead,
  type AmendmentChanges,
  type Effective,
  type Grant,
  MAX_AMENDMENT_CHARS,
  MAX_AMENDMENTS_AHEAD,
} from '../terms/amendments.ts';
import { amendedRow } from './amended-row.ts';
import type { Entitlement } from './entitlement.ts';
import { holdsAmendmentsUp } from './pause-time.ts';

export interface AmendCommand {
  readonly effective: Effective;
  readonly changes: AmendmentChanges;
  readonly grant: Grant;
  /** From a preview: the version that it saw, and the mark of its numbers. Null: whatever they are. */
  readonly pinned: { readonly version: number; readonly mark: string } | null;
}

/**
 * Amends a waiting or active entitlement, at once or later. Refuses `validation_failed` with the field for what does not
 * fit, such as a total below what is used; `wrong_state` where the end cannot change or too much lies ahead; `conflict`
 * for a preview whose numbers would come out otherwise.
 */
export function decideAmend(entitlement: Entitlement, command: AmendCommand, origin: Origin): Decided<RowDraft> {
  const { effective, changes, grant, pinned } = command;
  if (Object.keys(changes).length === 0) return { refused: invalid('changes', 'An amendment changes something.') };
  const n = (entitlement.amendmentsEver ?? 0) + 1;
  const decided =
    effective === 'now'
      ? amendedRow(
          entitlement,
          { n, effective, changes, grant, day: today(entitlement, origin.at), isAtTurn: false },
          origin,
        )
      : scheduledRow(entitlement, { n, effective, changes, grant }, origin);
  if (isRefused(decided) || pinned === null) return decided;
  if (pinned.version === entitlement.seq && pinned.mark === markOf(decided)) return decided;
  return refuse(
    'conflict',
    'The entitlement, the day or what was asked for has changed since the preview: ask for another one.',
  );
}

/** A mark of everything that a row would write but for who asked and why; the same numbers give the same mark. */
export function markOf({ kind, change, facts }: Pick<RowDraft, 'kind' | 'change' | 'facts'>): string {
  // What the row crosses is noted when it is recorded, and follows from its numbers.
  const { ahead, crossed: _, ...others } = facts ?? {};
  const plain = ahead === undefined ? others : { ...others, ahead: { ...ahead, by: null, reason: null } };
  return fingerprint([kind, change, plain]);
}

const today = ({ details }: Entitlement, now: EpochMs): CivilDate => dateAt(now, details.timeZone);

function scheduledRow(
  entitlement: Entitlement,
  { n, effective, changes, grant }: Pick<AmendmentAhead, 'n' | 'effective' | 'changes' | 'grant'>,
  origin: Origin,
): Decided<RowDraft> {
  const at = instantOf(entitlement, effective, origin.at);
  if (at !== null && typeof at !== 'number') return { refused: at };
  const ahead: AmendmentAhead = { n, effective, at, grant, changes, by: origin.by, reason: origin.reason };
  const all = [...(entitlement.amendmentsAhead ?? []), ahead];
  if (all.length > MAX_AMENDMENTS_AHEAD || JSON.stringify(all).length > MAX_AMENDMENT_CHARS)
    return refuse('wrong_state', 'Too many amendments lie ahead: wait for one of them, or take one back.');
  // What does not fit now is refused now; what is used by then is judged when it counts.
  const now = amendedRow(
    entitlement,
    { n, effective, changes, grant, day: dayOf(entitlement, ahead), isAtTurn: true },
    origin,
  );
  return isRefused(now) ? now : lifeRow(origin, 'amendment_scheduled', { ahead });
}

/** When an amendment counts; null: with the next period. The refusal where that never comes. */
function instantOf(
  { details, period, endsAt }: Entitlement,
  effective: AmendmentAhead['effective'],
  now: EpochMs,
): EpochMs | null | Refusal {
  const { timeZone, endDate } = details;
  if (effective === 'next_period') {
    if (details.period === null || period === null)
      return invalid('effective', 'The entitlement has no periods: give a day, or now.');
    if (endsAt !== null && period.endsAt >= endsAt)
      return invalid('effective', 'The present period is the last one: give a day, or now.');
    return null;
  }
  if (!isCivilDate(effective)) return invalid('effective', `${effective} is not ${CIVIL_DATE_RULE}.`);
  const at = startOfDay(effective, timeZone);
  if (at <= now)
    return invalid('effective', `The day ${effective} has begun in ${timeZone}: give now, or a later day.`);
  if (effective > endDate)
    return invalid('effective', `The entitlement ends on ${endDate}: ${effective} is after its end.`);
  return at;
}

/** The day from which an amendment that lies ahead counts. */
const dayOf = ({ period, details }: Entitlement, { effective }: AmendmentAhead): CivilDate => {
  if (effective !== 'next_period') return effective;
  return period === null ? details.startDate : dateAt(period.endsAt, details.timeZone);
};

/** When an amendment that lies ahead counts by itself; null while a pause holds the turn of the period up. */
const dueOf = (entitlement: Entitlement, { at }: AmendmentAhead): EpochMs | null =>
  at ?? (holdsAmendmentsUp(entitlement) ? null : (entitlement.period?.endsAt ?? null));

/** The next amendment that lies ahead, with its instant; of one instant the one that was asked for first. */
export function nextAmendment(
  entitlement: Entitlement,
): { readonly amendment: AmendmentAhead; readonly at: EpochMs } | null {
  let next: { readonly amendment: AmendmentAhead; readonly at: EpochMs } | null = null;
  for (const amendment of entitlement.amendmentsAhead ?? []) {
    const at = dueOf(entitlement, amendment);
    if (at !== null && (next === null || at < next.at)) next = { amendment, at };
  }
  return next;
}

/**
 * The row of an amendment whose time has come. What does not fit any more, such as a total that is below what is used by
 * now, is dropped, and its row says why.
 */
export function dueAmendmentRow(
  entitlement: Entitlement,
  { amendment, at }: { readonly amendment: AmendmentAhead; readonly at: EpochMs },
  origin: Origin,
): RowDraft {
  const { period, details } = entitlement;
  const { n, effective, changes, grant, by, reason } = amendment;
  const isAtTurn = period !== null && !holdsAmendmentsUp(entitlement) && period.endsAt === at;
  const day = dateAt(at, details.timeZone);
  const asked = { ...origin, by, reason };
  const decided = amendedRow(entitlement, { n, effective, changes, grant, day, isAtTurn }, asked);
  if (!isRefused(decided)) return decided;
  return { ...lifeRow(asked, 'amendment_dropped', { ahead: amendment }), detail: decided.refused.detail };
}

/** Takes back an amendment that lies ahead. Refuses `not_found` where there is none of that number. */
export function decideTakeBack(
  entitlement: Entitlement,
  { n }: { readonly n: number },
  origin: Origin,
): Decided<RowDraft> {
  const ahead = entitlement.amendmentsAhead?.find((one) => one.n === n);
  if (ahead !== undefined) return lifeRow(origin, 'amendment_taken_back', { ahead });
  const known = n >= 1 && n <= (entitlement.amendmentsEver ?? 0);
  return known
    ? refuse('wrong_state', `The amendment ${n} does not lie ahead any more: void it, if it is the last one.`)
    : refuse('not_found', `The entitlement has no amendment ${n}.`);
}
