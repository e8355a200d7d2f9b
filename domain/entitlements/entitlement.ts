import type { EpochMs } from '../calendar.ts';
import type { EntitlementId } from '../ids.ts';
import type { LedgerRow, RowDraft, StartedRenewal, Status } from '../ledger/ledger-row.ts';
import { type Bought, boughtOfChannel, boughtUnits, NOTHING_BOUGHT } from '../terms/bought.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import type { TermPeriod } from '../terms/periods.ts';
import { thresholdsCrossed } from '../terms/thresholds.ts';
import type { TopUp, TopUpAhead } from '../terms/top-ups.ts';

/**
 * An entitlement without its cases: small however many cases pass. Everything here follows from the ledger's rows
 * by `evolve`, one row after the other.
 */
export interface Entitlement {
  readonly id: EntitlementId;
  readonly details: EntitlementDetails;
  readonly status: Status;
  /** The instants of the covered span, computed at activation; null in a draft. `endsAt` is the first one past it. */
  readonly startsAt: EpochMs | null;
  readonly endsAt: EpochMs | null;
  /** The period whose allotment is granted now; null before activation, and where there are no periods. */
  readonly period: TermPeriod | null;
  /** Cases or minutes granted so far: the total, again each period, top-ups, less what lapsed. 0 when unlimited. */
  readonly granted: number;
  /** Cases or minutes taken so far of what was granted: what was bought past it is not part of it. */
  readonly used: number;
  /**
   * What cases of each channel took in this period, bought or not, less what rolled over into it; whether or not the
   * channel has a row today: rows can be edited later.
   */
  readonly usedByChannel: Readonly<Record<string, number>>;
  readonly held: number;
  readonly heldByChannel: Readonly<Record<string, number>>;
  /** What was bought beside the allotment and has not lapsed, the first to expire first. */
  readonly topUps: readonly TopUp[];
  /** Top-ups that begin later, the first to begin first. Absent: none. */
  readonly topUpsAhead?: readonly TopUpAhead[];
  /** What was taken past the grants; absent: nothing since version 2. Read it with `boughtOf`. */
  readonly bought?: Bought;
  /** Set while a workflow replays what a version before 2 decided: its rows must come out the same. Never stored. */
  readonly decidesAsVersion1?: true;
  /** Cases attached and active now. */
  readonly openCases: number;
  /** At least as many as the cases that ever attached or had a part here; 0 only when there were none. */
  readonly casesEver: number;
  readonly renewedById: EntitlementId | null;
  readonly renewsId: EntitlementId | null;
  /** It was canceled while it waited: it never covered anything. */
  readonly canceledBeforeStart?: true;
  /**
   * When its last successor was deleted, or canceled before its start; absent: never, or it has another successor
   * since.
   */
  readonly successorLostAt?: EpochMs;
  /** The renewal that was started last. */
  readonly renewal: StartedRenewal | null;
  /** The number of the newest ledger row. */
  readonly seq: number;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly deleted: boolean;
}

/** What is left of the term in cases or minutes, holds not subtracted; null when unlimited. May be negative. */
export const remainingTerm = (entitlement: Entitlement): number | null =>
  entitlement.details.totalTerm === null ? null : entitlement.granted - entitlement.used;

/** What was taken past the grants. What an older version left below 0 is owed. */
export function boughtOf(entitlement: Entitlement): Bought {
  if (entitlement.bought !== undefined) return entitlement.bought;
  const owed = -(remainingTerm(entitlement) ?? 0);
  return owed > 0 ? { ...NOTHING_BOUGHT, owed } : NOTHING_BOUGHT;
}

/**
 * The same for one channel's row; null without a row or when unlimited. A row that has the whole total follows what
 * remains of it, top-ups and rollover included.
 */
export function channelRemaining(entitlement: Entitlement, channel: string): number | null {
  const row = entitlement.details.channels.find((candidate) => candidate.channel === channel);
  if (row === undefined || row.totalTerm === null) return null;
  if (hasWholeTotal(entitlement, channel)) return remainingTerm(entitlement);
  return row.totalTerm + boughtOfChannel(entitlement.bought, channel) - amountOf(entitlement.usedByChannel, channel);
}

/** A row that has the whole total limits nothing by itself. */
export const hasWholeTotal = ({ details }: Entitlement, channel: string): boolean =>
  details.channels.some((row) => row.channel === channel && row.totalTerm === details.totalTerm);

/** What can still be promised: what remains without what is reserved; null when unlimited. */
export function available(entitlement: Entitlement): number | null {
  const remaining = remainingTerm(entitlement);
  return remaining === null ? null : remaining - entitlement.held;
}

export function channelAvailable(entitlement: Entitlement, channel: string): number | null {
  if (hasWholeTotal(entitlement, channel)) return available(entitlement);
  const remaining = channelRemaining(entitlement, channel);
  return remaining === null ? null : remaining - amountOf(entitlement.heldByChannel, channel);
}

/**
 * Numbers a decision's row and applies it. The row says which marks of depletion are crossed with it, whatever it was.
 */
export function record(entitlement: Entitlement, draft: RowDraft): { entitlement: Entitlement; row: LedgerRow } {
  const seq = entitlement.seq + 1;
  const evolved = evolve(entitlement, { seq, ...draft });
  const row = { seq, remainingAfter: remainingTerm(evolved), ...draft };
  const crossed = thresholdsCrossed(entitlement, evolved);
  return { entitlement: evolved, row: crossed.length === 0 ? row : { ...row, facts: { ...row.facts, crossed } } };
}

/** The draft that a `created` row makes. */
export function createEntitlement(id: EntitlementId, draft: RowDraft): { entitlement: Entitlement; row: LedgerRow } {
  const details = draft.facts?.details;
  if (draft.kind !== 'created' || details === undefined)
    throw new TypeError('An entitlement begins with a created row.');
  const entitlement: Entitlement = {
    id,
    details,
    status: 'draft',
    startsAt: null,
    endsAt: null,
    period: null,
    granted: draft.change,
    used: 0,
    usedByChannel: {},
    held: 0,
    heldByChannel: {},
    topUps: [],
    openCases: 0,
    casesEver: 0,
    renewedById: null,
    renewsId: draft.facts?.renewsId ?? null,
    renewal: null,
    seq: 1,
    createdAt: draft.at,
    updatedAt: draft.at,
    deleted: false,
  };
  return { entitlement, row: { ...draft, seq: 1, remainingAfter: remainingTerm(entitlement) } };
}

/** The entitlement after one more row. Knows no rules: what a row says has been decided. */
export function evolve(entitlement: Entitlement, row: RowDraft & { seq: number }): Entitlement {
  const next = { ...entitlement, seq: row.seq, updatedAt: row.at };
  switch (row.kind) {
    case 'edited':
      return {
        ...next,
        details: row.facts?.details ?? next.details,
        granted: next.granted + row.change,
        ...(row.facts?.bought === undefined ? {} : { bought: row.facts.bought }),
      };
    case 'activated':
      return {
        ...next,
        status: row.facts?.status ?? next.status,
        startsAt: row.facts?.startsAt ?? null,
        endsAt: row.facts?.endsAt ?? null,
        period: row.facts?.period ?? null,
        renewal: forThisEnd(next.renewal, isRenewed(next) ? (row.facts?.endsAt ?? null) : null),
      };
    case 'started':
      return { ...next, status: 'active' };
    case 'deactivated':
      return { ...next, status: 'draft', startsAt: null, endsAt: null };
    case 'expired':
      return { ...next, status: 'expired' };
    case 'canceled':
      return { ...next, status: 'canceled', ...(row.facts?.beforeStart ? { canceledBeforeStart: true } : {}) };
    case 'renewed':
      return { ...withoutLoss(next), renewedById: row.facts?.successorId ?? null };
    case 'successor_ended':
      return { ...next, renewedById: null, successorLostAt: row.at, renewal: forThisEnd(next.renewal, null) };
    case 'renewal_started':
      return { ...next, renewal: row.facts?.renewal ?? next.renewal };
    case 'deleted':
      return { ...next, deleted: true };
    case 'topped_up':
    case 'top_up_expired':
    case 'period_started':
      return {
        ...next,
        granted: next.granted + row.change,
        topUps: row.facts?.topUps ?? next.topUps,
        ...(row.facts?.topUpsAhead === undefined ? {} : { topUpsAhead: row.facts.topUpsAhead }),
        ...(row.facts?.bought === undefined ? {} : { bought: row.facts.bought }),
        period: row.facts?.period ?? next.period,
        usedByChannel: row.facts?.usedByChannel ?? next.usedByChannel,
      };
    case 'created':
      throw new TypeError('An entitlement is created once.');
    default:
      return withTerms(next, row);
  }
}

function withoutLoss({ successorLostAt: _, ...entitlement }: Entitlement): Entitlement {
  return entitlement;
}

const isRenewed = ({ details }: Entitlement): boolean => details.renewalPolicy !== null;

/**
 * A renewal is for one end: with another one, or without a policy, it counts no more, and comes not back with the
 * first.
 */
const forThisEnd = (renewal: StartedRenewal | null, endsAt: EpochMs | null): StartedRenewal | null =>
  renewal === null || renewal.endsAt === endsAt ? renewal : { n: renewal.n, endsAt: null };

function withTerms(entitlement: Entitlement, row: RowDraft): Entitlement {
  const bought = row.facts?.bought;
  const boughtMore = bought === undefined ? 0 : boughtUnits(bought) - boughtUnits(entitlement.bought);
  return {
    ...entitlement,
    ...(bought === undefined ? {} : { bought }),
    used: entitlement.used - row.change,
    usedByChannel: added(entitlement.usedByChannel, row.channel, boughtMore - row.change),
    held: entitlement.held + row.heldChange,
    heldByChannel: added(entitlement.heldByChannel, row.channel, row.heldChange),
    openCases: entitlement.openCases + row.openChange,
    casesEver: entitlement.casesEver + (takesCase(row) ? 1 : 0),
  };
}

/** A part counts each time it changes, so this may be more than the cases that came, and never fewer. */
const takesCase = ({ kind }: RowDraft): boolean => kind === 'attached' || kind === 'spill_taken';

function added(byChannel: Readonly<Record<string, number>>, channel: string | null, change: number) {
  if (channel === null || change === 0) return byChannel;
  return { ...byChannel, [channel]: amountOf(byChannel, channel) + change };
}

/** A channel may have any name, `constructor` too: only what was put there counts. */
function amountOf(byChannel: Readonly<Record<string, number>>, channel: string): number {
  return Object.hasOwn(byChannel, channel) ? (byChannel[channel] ?? 0) : 0;
}
