import type { SnapshotRecord } from '../../db/ledger/reconcile.ts';
import { channelRemaining, remainingTerm } from '../../domain/entitlements/balance.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { graceEndsAt } from '../../domain/entitlements/grace.ts';
import type { StateAnswer } from '../../workflows/entitlements/messages.ts';
import { ADVICE, type Difference, isSame, type Side } from './difference.ts';
import type { LedgerReading } from './ledger-reading.ts';

/** The answer of Temporal about an entitlement's workflow. */
export type WorkflowAnswer =
  | { readonly kind: 'running'; readonly state: StateAnswer }
  /** It completed, perhaps so long ago that Temporal no longer has it. */
  | { readonly kind: 'completed' }
  /** It ended in another way: it failed, was terminated, or timed out. */
  | { readonly kind: 'ended'; readonly how: string }
  /** It runs but has no entitlement: its draft was refused, or something other than Allot started it. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'silent'; readonly why: string };

export interface ThreeSides {
  readonly id: string;
  readonly snapshot: SnapshotRecord | null;
  readonly ledger: LedgerReading;
  readonly workflow: WorkflowAnswer;
  /** The workflow was asked before PostgreSQL was read, so rows that are newer than its answer are no difference. */
  readonly askedBefore: boolean;
}

type Report = (what: string, values: Difference['values'], advice: string, mayPass?: boolean) => void;

/** Every difference between an entitlement's workflow, snapshot and ledger. Does no I/O. */
export function compareEntitlement(sides: ThreeSides): Difference[] {
  const { id, snapshot, ledger, workflow } = sides;
  if (snapshot === null && ledger.rows === 0 && workflow.kind !== 'running') return [];
  const found: Difference[] = [];
  const report: Report = (what, values, advice, mayPass = false) =>
    found.push({ entitlementId: id, what, values, advice, mayPass });
  compareRows(sides, report);
  if (snapshot === null) report('snapshot', { snapshot: null, ledger: ledger.lastSeq }, ADVICE.ledgerBehind, true);
  else {
    compareSnapshot(snapshot, ledger, report);
    compareColumns(snapshot, report);
  }
  compareTerms(sides, report);
  compareWorkflow(sides, report);
  return found;
}

function compareRows({ ledger }: ThreeSides, report: Report): void {
  for (const { what, seq, expected, found, more } of ledger.faults) {
    const others = more === 0 ? '' : ` (and ${more} more rows)`;
    report(`${what}, first at ${seq}${others}`, { ledger: found, expected }, ADVICE.ledgerLost);
  }
}

/** Compares the snapshot's state with the result of the rows up to its number, and looks for its successor. */
function compareSnapshot(snapshot: SnapshotRecord, ledger: LedgerReading, report: Report): void {
  const { state, renewedById, successorExists } = snapshot;
  if (state.seq !== ledger.lastSeq) {
    const advice = state.seq > ledger.lastSeq ? ADVICE.ledgerLost : ADVICE.snapshotWrong;
    report('seq', { snapshot: state.seq, ledger: ledger.lastSeq }, advice);
  }
  const folded = ledger.after.get(state.seq);
  if (folded !== undefined) {
    for (const [field, own, other] of differing(state, folded))
      report(field, { snapshot: own, ledger: other }, ADVICE.snapshotWrong);
  }
  if (renewedById !== null && !successorExists)
    report('successor', { columns: renewedById, snapshot: null }, ADVICE.successorMissing, true);
}

/** Whether the read model is what the ledger makes of the entitlement. */
export const isSnapshotTrue = ({ id, snapshot, ledger }: Omit<ThreeSides, 'workflow' | 'askedBefore'>): boolean => {
  const differences = compareEntitlement({ id, snapshot, ledger, workflow: { kind: 'completed' }, askedBefore: false });
  return snapshot !== null && differences.every(({ what }) => what === 'workflow' || what === 'successor');
};

/** Compares the columns with the state beside them, from which they were made. */
function compareColumns(snapshot: SnapshotRecord, report: Report): void {
  const { state } = snapshot;
  const pairs: Readonly<Record<string, readonly [unknown, unknown]>> = {
    name: [snapshot.name, state.details.name],
    customer_id: [snapshot.customerId, state.details.customerId],
    status: [snapshot.status, state.status],
    start_date: [snapshot.startDate, state.details.startDate],
    end_date: [snapshot.endDate, state.details.endDate],
    starts_at: [instant(snapshot.startsAt), state.startsAt],
    ends_at: [instant(snapshot.endsAt), state.endsAt],
    paused_since: [instant(snapshot.pausedSince), state.pausedSince ?? null],
    grace_ends_at: [instant(snapshot.graceEndsAt), graceEndsAt(state)],
    renewed_by_id: [snapshot.renewedById, state.renewedById],
    renews_id: [snapshot.renewsId, state.renewsId],
    seq: [snapshot.seq, state.seq],
    deleted: [snapshot.deleted, state.deleted],
  };
  for (const [column, [own, other]] of Object.entries(pairs)) {
    if (!isSame(own, other)) report(`column ${column}`, { columns: own, snapshot: other }, ADVICE.snapshotWrong);
  }
}

const instant = (text: string | null): number | null => (text === null ? null : new Date(text).getTime());

/** Compares what remains, in all and for each channel: the plain sum of the rows with the number of every side. */
function compareTerms({ snapshot, ledger, workflow }: ThreeSides, report: Report): void {
  const state =
    workflow.kind === 'running' && workflow.state.entitlement.seq === ledger.lastSeq ? workflow.state : null;
  const entitlement = snapshot?.state ?? state?.entitlement;
  if (entitlement === undefined || ledger.rows === 0) return;
  // While rows are being written the sides are at different rows and cannot be compared.
  if (entitlement.seq !== ledger.lastSeq) return;
  const sum = entitlement.details.totalTerm === null ? null : ledger.sum;
  const values: Partial<Record<Side, unknown>> = {
    ledger: sum,
    ...(snapshot === null ? {} : { columns: snapshot.remainingTerm, snapshot: remainingTerm(snapshot.state) }),
    ...(state === null ? {} : { workflow: state.remainingTerm }),
  };
  if (!allSame(values)) report('remaining', values, ADVICE.ledgerLost);
  for (const { channel, totalTerm } of entitlement.details.channels) {
    // A channel with the same total as the whole entitlement has no remainder of its own.
    const isOwn = totalTerm !== null && totalTerm !== entitlement.details.totalTerm;
    const byChannel: Partial<Record<Side, unknown>> = {
      ledger: isOwn ? totalTerm + (ledger.sumByChannel.get(channel) ?? 0) : sum,
      ...(snapshot === null ? {} : { snapshot: channelRemaining(snapshot.state, channel) }),
      ...(state === null ? {} : { workflow: channelRemaining(state.entitlement, channel) }),
    };
    if (!allSame(byChannel)) report(`remaining of channel ${channel}`, byChannel, ADVICE.ledgerLost);
  }
}

const allSame = (values: Difference['values']): boolean => {
  const [first, ...others] = Object.values(values);
  return others.every((value) => isSame(first, value));
};

function compareWorkflow(sides: ThreeSides, report: Report): void {
  const { snapshot, ledger, workflow } = sides;
  switch (workflow.kind) {
    case 'running':
      compareRunning(sides, workflow.state, report);
      break;
    case 'completed': {
      const state = snapshot?.state;
      const mayRest = state === undefined || state.deleted || state.status === 'expired' || state.status === 'canceled';
      if (!mayRest) report('workflow', { workflow: 'not running', snapshot: state.status }, ADVICE.workflowGone);
      break;
    }
    case 'ended':
      report('workflow', { workflow: workflow.how, ledger: ledger.lastSeq }, ADVICE.workflowGone);
      break;
    case 'empty':
      report('workflow', { workflow: 'holds no entitlement', ledger: ledger.lastSeq }, ADVICE.workflowWrong);
      break;
    case 'silent':
      report('workflow', { workflow: `no answer (${workflow.why})` }, ADVICE.workflowSilent, true);
  }
}

function compareRunning({ ledger, askedBefore }: ThreeSides, state: StateAnswer, report: Report): void {
  const { seq } = state.entitlement;
  // Where the workflow was told that all its rows are written, none is on its way.
  const mayPass = state.unconfirmedRows > 0;
  const behind = mayPass ? ADVICE.ledgerBehind : ADVICE.ledgerOlder;
  if (seq > ledger.lastSeq) report('seq', { workflow: seq, ledger: ledger.lastSeq }, behind, mayPass);
  if (seq < ledger.lastSeq && !askedBefore)
    report('seq', { workflow: seq, ledger: ledger.lastSeq }, ADVICE.workflowBehind);
  const folded = ledger.after.get(seq);
  if (folded === undefined) return;
  for (const [field, own, other] of differing(state.entitlement, folded))
    report(field, { workflow: own, ledger: other }, ADVICE.workflowWrong);
}

/** The fields in which two entitlements differ, those of the details one by one. */
function differing(one: Entitlement, other: Entitlement): [field: string, one: unknown, other: unknown][] {
  const [left, right] = [flat(one), flat(other)];
  const fields = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return fields
    .filter((field) => !isSame(left[field], right[field]) && !isUnknown(field, left, right))
    .map((field) => [field, left[field] ?? null, right[field] ?? null]);
}

/** States that versions before 0.2.0 wrote do not have this field, and it is missing until their next change. */
const isUnknown = (field: string, one: Record<string, unknown>, other: Record<string, unknown>): boolean =>
  field === 'changedSeq' && (one[field] === undefined || other[field] === undefined);

const flat = ({ details, ...rest }: Entitlement): Record<string, unknown> => ({
  ...rest,
  ...Object.fromEntries(Object.entries(details).map(([field, value]) => [`details.${field}`, value])),
});
