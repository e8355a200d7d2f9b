import { changedMeanwhileDetail, type LostCase } from '../../domain/cases/case-custody.ts';
import type { CaseEvent } from '../../domain/cases/case-event.ts';
import type { Considered } from '../../domain/cases/considered.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { presentTrace, type TraceOfCaller, traced, tracedTogether } from '../../runtime/telemetry/traces.ts';
import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import type { CaseEventsDecision, EventAnswer } from '../../workflows/entitlements/case-messages.ts';
import type { Knowledge } from '../../workflows/entitlements/messages.ts';
import { eventsTogether, noteWaiting } from './case-metrics.ts';
import { ConfirmedRows } from './confirmed-rows.ts';
import { countTogether, halvesOf, isTooLarge, knowledgeOfAll, partsOf } from './update-parts.ts';

/** Events of one request for one entitlement. */
export interface Submission {
  readonly events: readonly CaseEvent[];
  readonly by: string;
  readonly knowledge: Knowledge;
  /** What was considered when the entitlement was picked, by the key of the attach. */
  readonly considered?: ReadonlyMap<string, Considered>;
}

/** An event's answer with the row of its decision, where there is one. */
export interface CommittedAnswer extends EventAnswer {
  readonly row: LedgerRow | undefined;
  /** The entitlement has an SLA: the case's record then holds the due times. */
  readonly hasSla: boolean;
}

interface Waiting extends Submission {
  readonly trace: TraceOfCaller;
  readonly resolve: (answers: readonly CommittedAnswer[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** The submissions for one entitlement: those that wait, and how many batches are under way. */
interface Lane {
  waiting: Waiting[];
  underWay: number;
}

/**
 * Batches of one entitlement that are under way at a time, from sending to written: while one is decided, another is
 * written. With more, each batch is smaller but costs the same (docs/performance.md). The server takes ten updates of a
 * workflow at a time, from all APIs together.
 */
const BATCHES_UNDER_WAY = 2;

interface GroupCommitOptions {
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Sends the events of many requests together. Two updates of an entitlement are under way at a time, and the events
 * that arrive meanwhile go together in the next one: so a busy entitlement takes as many events as an update can hold.
 * The events of one request keep their order: what does not fit into one update is sent when the part before it is
 * written.
 */
export class GroupCommit {
  private readonly gateway: Pick<EntitlementsGateway, 'caseEvents' | 'commit'>;
  private readonly lanes = new Map<EntitlementId, Lane>();
  private readonly confirmed = new ConfirmedRows();
  private readonly now: () => number;

  constructor(
    gateway: Pick<EntitlementsGateway, 'caseEvents' | 'commit'>,
    { now = Date.now }: GroupCommitOptions = {},
  ) {
    this.gateway = gateway;
    this.now = now;
  }

  /**
   * Answers each event; everything is decided, written and finished when it returns. Rejects with what the entitlement,
   * the database or Temporal threw: events of other requests in the same batch then fail alike, and no others.
   */
  async submit(id: EntitlementId, submission: Submission): Promise<readonly CommittedAnswer[]> {
    const answers: CommittedAnswer[] = [];
    for (const part of partsOf(submission)) {
      const ask = () => this.enqueue(id, part);
      answers.push(...(await traced('decide', { 'allot.case.events': part.events.length }, ask)));
    }
    return answers;
  }

  private enqueue(id: EntitlementId, submission: Submission): Promise<readonly CommittedAnswer[]> {
    return new Promise((resolve, reject) => {
      const lane = this.lanes.get(id) ?? { waiting: [], underWay: 0 };
      this.lanes.set(id, lane);
      lane.waiting.push({ resolve, reject, trace: presentTrace(), ...submission });
      noteWaiting(1);
      if (lane.underWay < BATCHES_UNDER_WAY) void this.drain(id, lane);
    });
  }

  private async drain(id: EntitlementId, lane: Lane): Promise<void> {
    lane.underWay += 1;
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, countTogether(lane.waiting));
      noteWaiting(-batch.length);
      await this.send(id, batch);
    }
    lane.underWay -= 1;
    if (lane.underWay === 0) this.lanes.delete(id);
  }

  /** Settles the promises of the whole batch and never rejects. */
  private async send(id: EntitlementId, batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    const events = batch.flatMap((submission) => submission.events);
    const callers = batch.map(({ trace }) => trace);
    try {
      eventsTogether.observe(events.length);
      await tracedTogether('group commit', { 'allot.case.events': events.length }, callers, async () => {
        const decision = await this.gateway.caseEvents(id, {
          events,
          by: first.by,
          knowledge: knowledgeOfAll(batch),
          confirmed: this.confirmed.take(id),
        });
        const { rows, snapshot, results } = decision;
        const considered = consideredOf(batch, results);
        const { lost, settled } = await this.gateway.commit(id, { rows, snapshot, considered });
        if (settled.length > 0) this.confirmed.note(id, settled, this.now());
        answer(batch, decision, lost);
      });
    } catch (error) {
      if (isTooLarge(error) && first.events.length + batch.length > 2) await this.sendInParts(id, batch, first);
      else for (const { reject } of batch) reject(error);
    }
  }

  /** Sends half after half, each written before the next is sent: the answer to all would not fit into a payload. */
  private async sendInParts(id: EntitlementId, batch: readonly Waiting[], first: Waiting): Promise<void> {
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await this.send(id, batch.slice(0, middle));
      await this.send(id, batch.slice(middle));
      return;
    }
    const { resolve, reject, trace: _, ...submission } = first;
    try {
      const answers: CommittedAnswer[] = [];
      for (const half of halvesOf(submission)) answers.push(...(await this.sendAlone(id, half)));
      resolve(answers);
    } catch (error) {
      reject(error);
    }
  }

  private sendAlone(id: EntitlementId, submission: Submission): Promise<readonly CommittedAnswer[]> {
    return new Promise(
      (resolve, reject) => void this.send(id, [{ ...submission, trace: presentTrace(), resolve, reject }]),
    );
  }
}

/**
 * What was considered for the attaches that were decided just now. A key that was answered before keeps what was
 * considered then: what this sender considered came after that decision.
 */
function consideredOf(batch: readonly Waiting[], results: readonly EventAnswer[]): ReadonlyMap<string, Considered> {
  const found = new Map<string, Considered>();
  let index = 0;
  for (const { events, considered } of batch)
    for (const { key } of events) {
      const result = results[index];
      index += 1;
      const ofKey = considered?.get(key);
      if (ofKey !== undefined && result?.outcome === 'accepted' && !result.repeated) found.set(key, ofKey);
    }
  return found;
}

/** Answers each submission of a batch with its own events' results. */
function answer(
  batch: readonly Waiting[],
  { results, rows, snapshot }: CaseEventsDecision,
  lost: readonly LostCase[],
): void {
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  const hasSla = snapshot.entitlement.details.slaId !== null;
  let from = 0;
  for (const { events, resolve } of batch) {
    const own = results.slice(from, from + events.length);
    from += events.length;
    resolve(
      own.map((result, index) => {
        const caseId = events[index]?.caseId;
        if (lost.some((each) => each.caseId === caseId)) return lostAnswer(result, caseId ?? '');
        return { row: rowOf(result, bySeq), hasSla, ...result };
      }),
    );
  }
}

/** The row of an answer; undefined where the answer is another entitlement's. */
const rowOf = ({ seq, entitlementId }: EventAnswer, bySeq: ReadonlyMap<number, LedgerRow>): LedgerRow | undefined =>
  seq === null || entitlementId !== undefined ? undefined : bySeq.get(seq);

/** Another entitlement had the case first. */
const lostAnswer = ({ repeated }: EventAnswer, caseId: string): CommittedAnswer => ({
  outcome: 'refused',
  repeated,
  seq: null,
  code: 'conflict',
  detail: changedMeanwhileDetail(caseId),
  row: undefined,
  hasSla: false,
});
