import { CIVIL_DATE_RULE, type CivilDate, type EpochMs, isCivilDate, startOfDay } from '../calendar.ts';
import { lifeRow, type Origin, type RowDraft } from '../ledger/ledger-row.ts';
import { type Decided, invalid, type Refusal, refuse } from '../refusals.ts';
import { MAX_PAUSES, overlap, type Pause, type PauseEnd } from '../terms/pauses.ts';
import type { Entitlement } from './entitlement.ts';
import { runningPause } from './pause-time.ts';
import { resumedRow } from './resuming.ts';

export interface PauseCommand {
  /** The day with whose beginning the pause begins, in the entitlement's zone; null: now. */
  readonly from: CivilDate | null;
  /** The day with whose beginning the entitlement goes on by itself; null: somebody resumes it. */
  readonly until: CivilDate | null;
  readonly end: PauseEnd;
}

/**
 * Pauses a waiting or active entitlement, now or from a day on. Refuses `validation_failed` for days that are past, after
 * the end or in the wrong order; `wrong_state` for a pause that overlaps another one, for too many, and for one that
 * would move an end at which a successor begins.
 */
export function decidePause(entitlement: Entitlement, command: PauseCommand, origin: Origin): Decided<RowDraft> {
  const { pauses = [], pausesEver = 0, renewedById } = entitlement;
  const { from, until, end } = command;
  const refused = problemWithDays(entitlement, command, origin.at);
  if (refused !== undefined) return { refused };
  if (end === 'shift' && renewedById !== null)
    return refuse(
      'wrong_state',
      `The successor ${renewedById} begins where this one ends: the end cannot move.`,
      'end',
    );
  const { timeZone } = entitlement.details;
  const pause: Pause = {
    n: pausesEver + 1,
    from,
    startsAt: from === null ? origin.at : startOfDay(from, timeZone),
    until,
    endsAt: until === null ? null : startOfDay(until, timeZone),
    end,
  };
  const other = pauses.find((one) => overlap(one, pause));
  if (other !== undefined)
    return refuse('wrong_state', `Pauses never overlap: pause ${other.n} ${inWords(other)}.`, 'from');
  if (pauses.length >= MAX_PAUSES)
    return refuse('wrong_state', `The entitlement has ${MAX_PAUSES} pauses ahead already, the most it can have.`);
  return lifeRow(origin, from === null ? 'paused' : 'pause_planned', { pause });
}

/**
 * Ends the pause that runs, or takes back the pause number `n` that lies ahead. Refuses `wrong_state` where there is no
 * such pause, and names those that there are.
 */
export function decideResume(
  entitlement: Entitlement,
  { n }: { readonly n: number | null },
  origin: Origin,
): Decided<RowDraft> {
  const { pauses = [] } = entitlement;
  const running = runningPause(entitlement);
  if (running !== undefined && (n === null || n === running.n)) return resumedRow(entitlement, running, origin);
  const planned = pauses.find((pause) => pause.n === n);
  if (planned !== undefined) return lifeRow(origin, 'pause_taken_back', { pause: planned });
  const known = pauses.map((pause) => `${pause.n} (${inWords(pause)})`).join(', ');
  const ahead = pauses.length === 0 ? 'No pause lies ahead.' : `Pauses by number: ${known}.`;
  if (n !== null) return refuse('wrong_state', `There is no pause ${n} that runs or lies ahead. ${ahead}`, 'n');
  return refuse('wrong_state', `The entitlement is not paused. ${ahead}`);
}

/** What a pause stands in the way of: an edit would change what it counts from, a successor the end that it moves. */
export function problemWithPauses({ pauses = [] }: Entitlement, command: 'deactivate' | 'accept'): Refusal | undefined {
  const first = pauses.find(({ end }) => command === 'deactivate' || end === 'shift');
  if (first === undefined) return undefined;
  const why = command === 'deactivate' ? 'It is not edited with a pause' : 'Its end is not known yet';
  return refuse('wrong_state', `${why}: pause ${first.n} ${inWords(first)}. Resume it, or take the pause back.`)
    .refused;
}

function problemWithDays(
  { details, pausedSince }: Entitlement,
  { from, until }: PauseCommand,
  now: EpochMs,
): Refusal | undefined {
  for (const [field, day] of Object.entries({ from, until }))
    if (day !== null && !isCivilDate(day)) return invalid(field, `${day} is not ${CIVIL_DATE_RULE}.`);
  const { timeZone, endDate } = details;
  if (from !== null && startOfDay(from, timeZone) <= now)
    return invalid('from', `The day ${from} has begun in ${timeZone}: pause from now, or from a later day.`);
  if (from !== null && from > endDate)
    return invalid('from', `The entitlement ends on ${endDate}: ${from} is after its end.`);
  if (from === null && pausedSince !== undefined)
    return refuse('wrong_state', `The entitlement is paused already, since ${new Date(pausedSince).toISOString()}.`)
      .refused;
  const startsAt = from === null ? now : startOfDay(from, timeZone);
  if (until !== null && startOfDay(until, timeZone) <= startsAt)
    return invalid(
      'until',
      `The entitlement goes on with the beginning of ${until}: that must be after the pause begins.`,
    );
  return undefined;
}

/** When a pause is, in words that follow its number. */
const inWords = ({ from, startsAt, until }: Pause): string =>
  `from ${from ?? new Date(startsAt).toISOString()} ${until === null ? 'with no end' : `until ${until}`}`;
