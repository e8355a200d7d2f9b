import type { RenewalRow } from './evidence.ts';
import type { AskedCommand } from './journal.ts';
import type { Books, Finding, RunRecord } from './judge-record.ts';

const ONCE = ['notice', 'accepted', 'declined', 'lapsed', 'withdrawn', 'closed'];
const STAGE_OF: Readonly<Record<string, string>> = { accept: 'accepted', decline: 'declined' };

const wasAccepted = ({ attempts }: AskedCommand): boolean => attempts.some(({ told }) => told?.outcome === 'accepted');

/** A contract has one open renewal at most, each step comes once, and every acknowledged decision holds. */
export function* judgeRenewals({ stored, journal }: RunRecord): Generator<Finding> {
  const open = new Map<string, RenewalRow[]>();
  for (const renewal of stored.renewals) {
    if (!renewal.isOver) open.set(renewal.entitlementId, [...(open.get(renewal.entitlementId) ?? []), renewal]);
    for (const step of ONCE) {
      const times = renewal.steps.filter((each) => each === step).length;
      if (times > 1)
        yield { verdict: 'twice', what: `has ${times} steps "${step}"`, about: renewal.id, evidence: renewal };
    }
    if (!renewal.steps.includes('notice'))
      yield { verdict: 'lost', what: 'has no notice', about: renewal.id, evidence: renewal };
  }
  for (const [about, renewals] of open)
    if (renewals.length > 1)
      yield { verdict: 'twice', what: `has ${renewals.length} open renewals`, about, evidence: renewals };
  const byId = new Map(stored.renewals.map((renewal) => [renewal.id, renewal]));
  const entitlements = new Map(stored.entitlements.map((entitlement) => [entitlement.id, entitlement]));
  for (const asked of journal.commands) {
    const stage = STAGE_OF[asked.kind];
    if (stage === undefined || !wasAccepted(asked)) continue;
    const renewal = byId.get(asked.target ?? '');
    if (renewal?.stage !== stage || renewal.decidedKey !== asked.key)
      yield {
        verdict: 'lost',
        what: `was acknowledged, and the renewal is ${renewal?.stage}`,
        about: asked.key,
        evidence: { asked, renewal },
      };
    if (asked.kind === 'accept' && !entitlements.has(renewal?.successorId ?? ''))
      yield {
        verdict: 'lost',
        what: 'was accepted, and there is no successor',
        about: asked.key,
        evidence: { asked, renewal },
      };
  }
  for (const renewal of stored.renewals) {
    const snoozes = journal.commands.filter(({ kind, target }) => kind === 'snooze' && target === renewal.id);
    const acknowledged = snoozes.filter(wasAccepted).length;
    const evidence = { renewal, snoozes };
    if (renewal.snoozes < acknowledged)
      yield {
        verdict: 'lost',
        what: `${acknowledged} snoozes were acknowledged, ${renewal.snoozes} are on record`,
        about: renewal.id,
        evidence,
      };
    if (renewal.snoozes > snoozes.length)
      yield {
        verdict: 'twice',
        what: `${snoozes.length} snoozes were asked for, ${renewal.snoozes} are on record`,
        about: renewal.id,
        evidence,
      };
  }
}

/** The rows that time itself writes, by the sort of a timed entitlement, each exactly once. */
const DUE: Readonly<Record<string, readonly string[]>> = {
  starts: ['started'],
  ends: ['expired'],
  turns: ['period_started'],
  noticed: ['renewal_started'],
  lapses: ['renewal_started', 'expired'],
  tops: ['top_up_expired'],
};

/** What was due in the run has happened, once. */
export function* judgeTime({ timed, stored }: RunRecord, books: Books): Generator<Finding> {
  const renewals = new Set(stored.renewals.map(({ entitlementId }) => entitlementId));
  for (const id of timed) {
    const sort = id.slice(id.lastIndexOf('_') + 1);
    const rows = books.byEntitlement.get(id) ?? [];
    for (const kind of DUE[sort] ?? []) {
      const times = rows.filter((row) => row.kind === kind).length;
      if (times !== 1)
        yield {
          verdict: times === 0 ? 'lost' : 'twice',
          what: `has ${times} rows "${kind}"`,
          about: id,
          evidence: rows,
        };
    }
    if ((sort === 'noticed' || sort === 'lapses') && !renewals.has(id))
      yield { verdict: 'lost', what: 'has no renewal', about: id };
  }
}
