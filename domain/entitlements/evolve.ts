import type { EpochMs } from '../calendar.ts';
import type { EntitlementId } from '../ids.ts';
import type { LedgerRow, RowDraft, StartedRenewal } from '../ledger/ledger-row.ts';
import { boughtUnits } from '../terms/bought.ts';
import { thresholdsCrossed } from '../terms/thresholds.ts';
import { channelAmount, remainingTerm } from './balance.ts';
import type { Entitlement } from './entitlement.ts';
import {
  ended,
  withAhead,
  withAmendment,
  withLapsedElsewhere,
  withoutAmendments,
  withPeriodTurned,
  withTopUpsChanged,
} from './evolve-amendments.ts';
import { withoutPauses, withPauseRow } from './evolve-pauses.ts';

/**
 * Numbers a row that was decided and applies it to the entitlement. If the row makes the use cross thresholds of
 * depletion, its facts name them.
 */
export function record(entitlement: Entitlement, draft: RowDraft): { entitlement: Entitlement; row: LedgerRow } {
  const seq = entitlement.seq + 1;
  const evolved = evolve(entitlement, { seq, ...draft });
  const row = { seq, remainingAfter: remainingTerm(evolved), ...draft };
  const crossed = thresholdsCrossed(entitlement, evolved);
  return { entitlement: evolved, row: crossed.length === 0 ? row : { ...row, facts: { ...row.facts, crossed } } };
}

/** The draft that a `created` row makes, and that row as number 1. Throws a TypeError for any other row. */
export function createEntitlement(id: EntitlementId, draft: RowDraft): { entitlement: Entitlement; row: LedgerRow } {
  const details = draft.facts?.details;
  if (draft.kind !== 'created' || details === undefined)
    throw new TypeError('The first row of an entitlement must be a created row.');
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
    changedSeq: 1,
    createdAt: draft.at,
    updatedAt: draft.at,
    deleted: false,
  };
  return { entitlement, row: { ...draft, seq: 1, remainingAfter: remainingTerm(entitlement) } };
}

/** The entitlement after one more row. It applies what the row says and decides nothing. */
export function evolve(entitlement: Entitlement, row: RowDraft & { seq: number }): Entitlement {
  const seen = { ...withLapsedElsewhere(entitlement, row.at), seq: row.seq, updatedAt: row.at };
  const next = { ...seen, changedSeq: row.seq };
  switch (row.kind) {
    case 'edited':
      return withEdit(withoutAmendments(next), row);
    case 'activated':
      return {
        ...next,
        status: row.facts?.status ?? next.status,
        startsAt: row.facts?.startsAt ?? null,
        endsAt: row.facts?.endsAt ?? null,
        period: row.facts?.period ?? null,
        renewal: renewalForEnd(next.renewal, hasRenewalPolicy(next) ? (row.facts?.endsAt ?? null) : null),
      };
    case 'started':
      return { ...next, status: 'active' };
    case 'deactivated':
      return { ...next, status: 'draft', startsAt: null, endsAt: null };
    case 'expired':
      return {
        ...ended(withoutPauses(next)),
        status: 'expired',
        ...(next.pausedSince === undefined ? {} : { endedPaused: true }),
      };
    case 'canceled':
      return {
        ...ended(withoutPauses(next)),
        status: 'canceled',
        ...(row.facts?.beforeStart ? { canceledBeforeStart: true } : {}),
      };
    case 'renewed':
      return { ...withoutSuccessorLoss(withSuccessorStart(next)), renewedById: row.facts?.successorId ?? null };
    case 'successor_starts':
      return withSuccessorStart(seen, row.facts?.startsAt);
    case 'successor_ended':
      return {
        ...withSuccessorStart(next),
        renewedById: null,
        successorLostAt: row.at,
        renewal: renewalForEnd(next.renewal, null),
      };
    case 'renewal_started':
      return { ...seen, renewal: row.facts?.renewal ?? seen.renewal };
    case 'deleted':
      return { ...next, deleted: true };
    case 'period_started':
      return withTerms(withPeriodTurned(next), row);
    case 'topped_up':
    case 'top_up_expired':
      return withTerms(withTopUpsChanged(next, row), row);
    case 'pause_planned':
    case 'pause_taken_back':
    case 'paused':
    case 'resumed':
      return withPauseRow(next, row, renewalForEnd);
    case 'amendment_scheduled':
    case 'amendment_taken_back':
    case 'amendment_dropped':
      return withAhead(next, row);
    case 'amended':
    case 'amendment_voided':
      return withEnd(withAmendment(next, row), row.facts?.endsAt ?? next.endsAt);
    case 'created':
      throw new TypeError('A created row can only be the first row of an entitlement.');
    default:
      return withCaseRow(seen, row);
  }
}

function withoutSuccessorLoss({ successorLostAt: _, ...entitlement }: Entitlement): Entitlement {
  return entitlement;
}

function withSuccessorStart({ successorStartsAt: _, ...entitlement }: Entitlement, startsAt?: EpochMs): Entitlement {
  return startsAt === undefined ? entitlement : { ...entitlement, successorStartsAt: startsAt };
}

/** After a row that grants term, or lets it lapse. */
const withTerms = (entitlement: Entitlement, { facts, change }: RowDraft): Entitlement => ({
  ...entitlement,
  granted: entitlement.granted + change,
  topUps: facts?.topUps ?? entitlement.topUps,
  ...(facts?.topUpsAhead === undefined ? {} : { topUpsAhead: facts.topUpsAhead }),
  ...(facts?.bought === undefined ? {} : { bought: facts.bought }),
  period: facts?.period ?? entitlement.period,
  usedByChannel: facts?.usedByChannel ?? entitlement.usedByChannel,
});

/** With the end that an amendment gives it, and a renewal that belongs to it. */
const withEnd = (entitlement: Entitlement, endsAt: EpochMs | null): Entitlement => ({
  ...entitlement,
  endsAt,
  renewal: renewalForEnd(entitlement.renewal, hasRenewalPolicy(entitlement) ? endsAt : null),
});

/** Another start date begins the periods anew, so what pauses moved counts no longer. */
function withEdit({ movedDays, ...entitlement }: Entitlement, { facts, change }: RowDraft): Entitlement {
  const details = facts?.details ?? entitlement.details;
  const startsAnew = details.startDate !== entitlement.details.startDate;
  return {
    ...entitlement,
    ...(movedDays === undefined || startsAnew ? {} : { movedDays }),
    details,
    granted: entitlement.granted + change,
    ...(facts?.bought === undefined ? {} : { bought: facts.bought }),
  };
}

const hasRenewalPolicy = ({ details }: Entitlement): boolean => details.renewalPolicy !== null;

/**
 * A renewal belongs to one end. Once the entitlement gets another end, or loses its renewal policy, the renewal no
 * longer counts, even if the old end comes back later.
 */
const renewalForEnd = (renewal: StartedRenewal | null, endsAt: EpochMs | null): StartedRenewal | null =>
  renewal === null || renewal.endsAt === endsAt ? renewal : { n: renewal.n, endsAt: null };

function withCaseRow(entitlement: Entitlement, row: RowDraft): Entitlement {
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
    casesEver: entitlement.casesEver + (bringsCase(row) ? 1 : 0),
  };
}

/** A share of a spilled case counts each time it changes: the sum may be too high, never too low. */
const bringsCase = ({ kind }: RowDraft): boolean => kind === 'attached' || kind === 'spill_taken';

function added(byChannel: Readonly<Record<string, number>>, channel: string | null, change: number) {
  if (channel === null || change === 0) return byChannel;
  return { ...byChannel, [channel]: channelAmount(byChannel, channel) + change };
}
