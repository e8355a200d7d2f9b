import type { EpochMs } from '../calendar.ts';
import { OWN_NAME } from '../input-limits.ts';
import { lifeRow, type Origin, type RowDraft } from '../ledger/ledger-row.ts';
import { nextTopUpExpiry, nextTopUpStart } from '../terms/top-ups.ts';
import { dueAmendmentRow, nextAmendment } from './amending.ts';
import type { Entitlement } from './entitlement.ts';
import { record } from './evolve.ts';
import { isHeldUp, nextPauseInstant, runningPause, standsStill } from './pause-time.ts';
import { turnOfTerms } from './period-turn.ts';
import { renewalDue } from './renewal-due.ts';
import { resumedRow } from './resuming.ts';

/** When the entitlement next changes by itself; null if only a command or a case can change it. */
export function nextInstant(entitlement: Entitlement): EpochMs | null {
  const { status, startsAt, endsAt } = entitlement;
  const ofTopUps = earlier(nextTopUpExpiry(entitlement.topUps), nextTopUpStart(entitlement.topUpsAhead));
  const ofPauses = earlier(nextPauseInstant(entitlement), nextAmendment(entitlement)?.at ?? null);
  if (status === 'waiting') return earlier(startsAt, earlier(ofTopUps, ofPauses));
  if (status !== 'active') return null;
  if (standsStill(entitlement)) return ofPauses;
  const turn = isHeldUp(entitlement) ? null : (entitlement.period?.endsAt ?? null);
  return earlier(endsAt, earlier(renewalDue(entitlement), earlier(turn, earlier(ofTopUps, ofPauses))));
}

const earlier = (one: EpochMs | null, other: EpochMs | null): EpochMs | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/**
 * The next thing that time has brought by `origin.at`, one at a time: the start, the end, an amendment, a pause or its
 * end, the turn of a period, the expiry or the start of a top-up, the start of the renewal. Its row has the instant at
 * which it was due, however late the timer fired. Undefined while nothing is due.
 */
export function decidePassing(entitlement: Entitlement, origin: Origin): RowDraft | undefined {
  const due = nextInstant(entitlement);
  if (due === null || origin.at < due) return undefined;
  const { status, startsAt, endsAt } = entitlement;
  if (status === 'active' && endsAt === due && !standsStill(entitlement))
    return lifeRow({ ...origin, at: due }, 'expired', null);
  if (status === 'waiting' && startsAt === due) return lifeRow({ ...origin, at: due }, 'started', null);
  // What fell due while it was a draft happens once it is active again, so never before the newest row.
  const afterNewest = { ...origin, at: Math.max(due, entitlement.updatedAt) };
  // An amendment comes before a period that turns at the same instant and grants what it changes.
  const amendment = nextAmendment(entitlement);
  if (amendment?.at === due) return dueAmendmentRow(entitlement, amendment, afterNewest);
  // A pause begins before a period that would turn at the same instant, and ends before it too.
  if (nextPauseInstant(entitlement) === due) return pauseRow(entitlement, afterNewest);
  if (renewalDue(entitlement) === due && endsAt !== null) {
    const renewal = { n: (entitlement.renewal?.n ?? 0) + 1, endsAt };
    return lifeRow(afterNewest, 'renewal_started', { renewal });
  }
  return turnOfTerms(entitlement, afterNewest, due);
}

/** The pause that runs ends, or else the first one ahead begins. */
function pauseRow(entitlement: Entitlement, origin: Origin): RowDraft {
  const running = runningPause(entitlement);
  if (running !== undefined) return resumedRow(entitlement, running, origin);
  const [pause] = entitlement.pauses ?? [];
  if (pause === undefined) throw new TypeError('A pause that is due lies ahead.');
  return lifeRow(origin, 'paused', { pause });
}

/**
 * The entitlement once all that is due by `now` has happened. For readers of the database, which may not yet have the
 * rows of the last moment.
 */
export function asOf(entitlement: Entitlement, now: EpochMs): Entitlement {
  const origin: Origin = { at: now, by: OWN_NAME, key: null, fingerprint: null, reason: null };
  const due = decidePassing(entitlement, origin);
  return due === undefined ? entitlement : asOf(record(entitlement, due).entitlement, now);
}
