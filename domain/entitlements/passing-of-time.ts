import type { EpochMs } from '../calendar.ts';
import { OWN_NAME } from '../input-limits.ts';
import { lifeRow, type Origin, type RowDraft } from '../ledger/ledger-row.ts';
import { nextTopUpExpiry, nextTopUpStart } from '../terms/top-ups.ts';
import type { Entitlement } from './entitlement.ts';
import { record } from './evolve.ts';
import { turnOfTerms } from './period-turn.ts';
import { renewalDue } from './renewal-due.ts';

/** When the entitlement next changes by itself; null if only a command or a case can change it. */
export function nextInstant(entitlement: Entitlement): EpochMs | null {
  const { status, startsAt, endsAt } = entitlement;
  const ofTopUps = earlier(nextTopUpExpiry(entitlement.topUps), nextTopUpStart(entitlement.topUpsAhead));
  if (status === 'waiting') return earlier(startsAt, ofTopUps);
  if (status !== 'active') return null;
  const ofTerms = earlier(entitlement.period?.endsAt ?? null, ofTopUps);
  return earlier(endsAt, earlier(renewalDue(entitlement), ofTerms));
}

const earlier = (one: EpochMs | null, other: EpochMs | null): EpochMs | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/**
 * The next thing that time has brought by `origin.at`, one at a time: the start, the end, the turn of a period, the
 * expiry or the start of a top-up, the start of the renewal. Its row has the instant at which it was due, however late
 * the timer fired. Undefined while nothing is due.
 */
export function decidePassing(entitlement: Entitlement, origin: Origin): RowDraft | undefined {
  const due = nextInstant(entitlement);
  if (due === null || origin.at < due) return undefined;
  const { status, startsAt, endsAt } = entitlement;
  if (status === 'active' && endsAt === due) return lifeRow({ ...origin, at: due }, 'expired', null);
  if (status === 'waiting' && startsAt === due) return lifeRow({ ...origin, at: due }, 'started', null);
  // What fell due while it was a draft happens once it is active again, so never before the newest row.
  const afterNewest = { ...origin, at: Math.max(due, entitlement.updatedAt) };
  if (renewalDue(entitlement) === due && endsAt !== null) {
    const renewal = { n: (entitlement.renewal?.n ?? 0) + 1, endsAt };
    return lifeRow(afterNewest, 'renewal_started', { renewal });
  }
  return turnOfTerms(entitlement, afterNewest, due);
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
