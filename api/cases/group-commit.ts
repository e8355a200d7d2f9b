import { asksOthers } from '../../domain/cases/spill.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { OWN_NAME } from '../../domain/input-limits.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import { changedMeanwhileDetail, givingUp, movesToFinish } from '../../workflows/entitlements/case-custody.ts';
import type { EventAnswer, Knowledge, WireCaseEvent } from '../../workflows/entitlements/messages.ts';
import type { LedgerStore } from '../../workflows/entitlements/ports.ts';
import { MAX_PAYLOAD_BYTES } from '../../workflows/messages/bytes.ts';
import { MAX_EVENTS_PER_UPDATE } from '../../workflows/messages/limits.ts';
import { halvesOf, isTooLarge, partsOf, sizeOfEvents } from './update-parts.ts';

/** Events of one request for one entitlement. */
export interface Submission {
  readonly events: readonly WireCaseEvent[];
  readonly by: string;
  readonly knowledge: Knowledge;
}

/** An event's answer with the row that it stands on, where it left one. */
export interface CommittedAnswer extends EventAnswer {
  readonly row: LedgerRow | undefined;
  /** The entitlement has an SLA: what it says of the case stands in the case's record. */
  readonly hasSla: boolean;
}

interface Waiting extends Submission {
  readonly resolve: (answers: readonly CommittedAnswer[]) => void;
  readonly reject: (reason: unknown) => void;
}

interface Lane {
  waiting: Waiting[];
  underWay: number;
}

/**
 * Groups of one entitlement under way, from sending to written: while one is decided, another is written. The server
 * takes ten updates of a workflow at a time, from all APIs together.
 */
const GROUPS_UNDER_WAY = 3;
/** Cases that are shared with other entitlements at a time. */
const SHARED_AT_A_TIME = 8;

/** The workflow writes what nobody confirmed after half a minute: a confirmation older than this tells it nothing. */
const CONFIRMATION_LIFE_MS = 60_000;

/**
 * Group commit: a few updates of an entitlement are under way at a time, and the events that arrive meanwhile go
 * together in the next. A hot entitlement so takes as many events as an update can hold. The events of one request keep
 * their order: what does not fit into one update is sent when the first part is written.
 */
export class GroupCommit {
  private readonly gateway: EntitlementsGateway;
  private readonly store: LedgerStore;
  private readonly lanes = new Map<EntitlementId, Lane>();
  private readonly confirmed = new Map<EntitlementId, { ranges: [number, number][]; at: number }>();

  constructor(gateway: EntitlementsGateway, store: LedgerStore) {
    this.gateway = gateway;
    this.store = store;
  }

  /** Decided and written when it returns; one answer an event. */
  async submit(id: EntitlementId, submission: Submission): Promise<readonly CommittedAnswer[]> {
    const answers: CommittedAnswer[] = [];
    for (const part of partsOf(submission)) answers.push(...(await this.enqueue(id, part)));
    return answers;
  }

  private enqueue(id: EntitlementId, submission: Submission): Promise<readonly CommittedAnswer[]> {
    return new Promise((resolve, reject) => {
      const lane = this.lanes.get(id) ?? { waiting: [], underWay: 0 };
      this.lanes.set(id, lane);
      lane.waiting.push({ resolve, reject, ...submission });
      if (lane.underWay < GROUPS_UNDER_WAY) void this.drain(id, lane);
    });
  }

  private async drain(id: EntitlementId, lane: Lane): Promise<void> {
    lane.underWay += 1;
    while (lane.waiting.length > 0) await this.send(id, takeTogether(lane));
    lane.underWay -= 1;
    if (lane.underWay === 0) this.lanes.delete(id);
  }

  private async send(id: EntitlementId, together: readonly Waiting[]): Promise<void> {
    const [first] = together;
    if (first === undefined) return;
    try {
      const answer = await this.gateway.caseEvents(id, {
        events: together.flatMap(({ events }) => events),
        by: first.by,
        knowledge: joined(together),
        confirmed: this.takeConfirmed(id),
      });
      await this.settle(id, together, answer);
    } catch (error) {
      if (isTooLarge(error) && first.events.length + together.length > 2) await this.sendInParts(id, together);
      else for (const { reject } of together) reject(error);
    }
  }

  /** The answer to all of it would not fit into a payload: half goes after half, each written before the next is sent. */
  private async sendInParts(id: EntitlementId, together: readonly Waiting[]): Promise<void> {
    const [first] = together;
    if (together.length > 1) {
      const middle = Math.ceil(together.length / 2);
      await this.send(id, together.slice(0, middle));
      await this.send(id, together.slice(middle));
    } else if (first !== undefined) {
      const answers: CommittedAnswer[] = [];
      const half = (part: Submission) =>
        new Promise<readonly CommittedAnswer[]>((resolve, reject) => {
          void this.send(id, [{ ...part, resolve, reject }]);
        });
      try {
        for (const { events, by, knowledge } of halvesOf(first))
          answers.push(...(await half({ events, by, knowledge })));
        first.resolve(answers);
      } catch (error) {
        first.reject(error);
      }
    }
  }

  /** Shares cases with other entitlements, several at a time. */
  private async share(id: EntitlementId, rows: readonly LedgerRow[]): Promise<void> {
    for (let from = 0; from < rows.length; from += SHARED_AT_A_TIME)
      await Promise.all(rows.slice(from, from + SHARED_AT_A_TIME).map((row) => this.gateway.finishSpill(id, row)));
  }

  private async settle(
    id: EntitlementId,
    together: readonly Waiting[],
    { results, rows, snapshot }: Awaited<ReturnType<EntitlementsGateway['caseEvents']>>,
  ): Promise<void> {
    try {
      const { lost } = rows.length > 0 ? await this.store.write({ rows, snapshot }) : { lost: [] };
      if (lost.length > 0) await this.giveUp(id, givingUp(rows, lost));
      for (const row of movesToFinish(rows, lost)) await this.gateway.finishMoveOf(id, row);
      await this.share(id, rows.filter(asksOthers));
      this.confirm(id, rows);
      const bySeq = new Map(rows.map((row) => [row.seq, row]));
      const hasSla = snapshot.entitlement.details.slaId !== null;
      let from = 0;
      for (const { events, resolve } of together) {
        const own = results.slice(from, from + events.length);
        from += events.length;
        resolve(
          own.map((result, index) =>
            lost.some(({ caseId }) => caseId === events[index]?.caseId)
              ? onAnotherEntitlement(result, events[index]?.caseId ?? '')
              : { row: rowOf(result, bySeq), hasSla, ...result },
          ),
        );
      }
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }

  /**
   * Another entitlement had these cases first. The rows that took their terms are confirmed only after they are given
   * back: if this process dies before, the workflow writes them, finds the same and gives back itself.
   */
  private async giveUp(id: EntitlementId, events: readonly WireCaseEvent[]): Promise<void> {
    const { rows, snapshot } = await this.gateway.caseEvents(id, { events, by: OWN_NAME });
    if (rows.length > 0) await this.store.write({ rows, snapshot });
    // Rows of others come along; whether these still have something to finish is not known here.
    const own = new Set(events.map(({ key }) => key));
    this.confirm(
      id,
      rows.filter(({ key }) => key !== null && own.has(key)),
    );
  }

  private confirm(id: EntitlementId, rows: readonly LedgerRow[]): void {
    const now = Date.now();
    const entry = this.confirmed.get(id) ?? { ranges: [], at: now };
    // Put in anew, so that the oldest entries come first.
    this.confirmed.delete(id);
    this.confirmed.set(id, { ranges: [...entry.ranges, ...rangesOf(rows)], at: now });
    for (const [other, { at }] of this.confirmed) {
      if (now - at < CONFIRMATION_LIFE_MS) break;
      this.confirmed.delete(other);
    }
  }

  private takeConfirmed(id: EntitlementId): [number, number][] {
    const ranges = this.confirmed.get(id)?.ranges ?? [];
    this.confirmed.delete(id);
    return ranges;
  }
}

/** The next waiting submissions that fit into one update and come from the same caller. */
function takeTogether(lane: Lane): readonly Waiting[] {
  const [first] = lane.waiting;
  let events = 0;
  let bytes = 0;
  let count = 0;
  for (const submission of lane.waiting) {
    events += submission.events.length;
    bytes += sizeOfEvents(submission);
    const isFull = events > MAX_EVENTS_PER_UPDATE || bytes > MAX_PAYLOAD_BYTES;
    if (count > 0 && (isFull || submission.by !== first?.by)) break;
    count += 1;
  }
  return lane.waiting.splice(0, count);
}

/** The row of an answer; none where the answer is another entitlement's. */
const rowOf = ({ seq, entitlementId }: EventAnswer, bySeq: ReadonlyMap<number, LedgerRow>): LedgerRow | undefined =>
  seq === null || entitlementId !== undefined ? undefined : bySeq.get(seq);

const onAnotherEntitlement = (result: EventAnswer, caseId: string): CommittedAnswer => ({
  outcome: 'refused',
  repeated: result.repeated,
  seq: null,
  code: 'conflict',
  detail: changedMeanwhileDetail(caseId),
  row: undefined,
  hasSla: false,
});

/** What all of them know: as of the oldest read. */
const joined = (together: readonly Submission[]): Knowledge => ({
  generation: Math.min(...together.map(({ knowledge }) => knowledge.generation)),
  cases: together.flatMap(({ knowledge }) => knowledge.cases),
});

function rangesOf(rows: readonly LedgerRow[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const { seq } of rows.toSorted((one, other) => one.seq - other.seq)) {
    const last = ranges.at(-1);
    if (last !== undefined && seq <= last[1] + 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
}
