import type { EpochMs } from '../calendar.ts';
import type { EntitlementId } from '../ids.ts';
import type { StartedRenewal, Status } from '../ledger/ledger-row.ts';
import type { AmendmentAhead, AmendmentBooks, Voidable } from '../terms/amendments.ts';
import type { Bought } from '../terms/bought.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import type { Pause } from '../terms/pauses.ts';
import type { TermPeriod } from '../terms/periods.ts';
import type { TopUp, TopUpAhead } from '../terms/top-ups.ts';

/**
 * An entitlement without its cases, so it stays small however many cases it serves. All of it follows from the rows of
 * its ledger: see `evolve`. How much is left: see `balance.ts`.
 */
export interface Entitlement extends AmendmentBooks {
  readonly id: EntitlementId;
  readonly details: EntitlementDetails;
  readonly status: Status;
  /** The covered instants, computed at activation; null in a draft. `endsAt` is the first instant after the end. */
  readonly startsAt: EpochMs | null;
  readonly endsAt: EpochMs | null;
  /** The period whose allotment is granted now; null before activation, and where there are no periods. */
  readonly period: TermPeriod | null;
  /**
   * Cases or minutes granted so far: the total, once for each period, and top-ups, less what lapsed. 0 if unlimited.
   */
  readonly granted: number;
  /** Cases or minutes of `granted` that cases have taken so far. What was bought past the grants is not included. */
  readonly used: number;
  /**
   * Cases or minutes that the cases of each channel took in this period, bought or not, less what rolled over into it.
   * Channels without a row are counted too, because an edit can add a row later.
   */
  readonly usedByChannel: Readonly<Record<string, number>>;
  readonly held: number;
  readonly heldByChannel: Readonly<Record<string, number>>;
  /** Top-ups that have neither expired nor been used up, the first to expire first. */
  readonly topUps: readonly TopUp[];
  /** Top-ups that start later, the first to start first. Absent: none. */
  readonly topUpsAhead?: readonly TopUpAhead[];
  /** What was taken past the grants. Absent: nothing since version 2. Read it with `boughtOf`. */
  readonly bought?: Bought;
  /** Set while a workflow replays a decision of version 1, whose rows must come out the same. Never stored. */
  readonly decidesAsVersion1?: true;
  /**
   * Set while a workflow replays what a version decided for which a period turned between two pauses that meet. Never
   * stored.
   */
  readonly separatesPauses?: true;
  /** Set while a workflow replays what a version decided that did not count what holds a case. Never stored. */
  readonly countsNoHolds?: true;
  /** Cases that are attached and active now. */
  readonly openCases: number;
  /** At least the number of cases that ever attached or had a share here; 0 only if there were none. */
  readonly casesEver: number;
  /** Since when it is paused; absent: it is not. */
  readonly pausedSince?: EpochMs;
  /** The pause that runs, then those that lie ahead, the earliest first. Absent: none. */
  readonly pauses?: readonly Pause[];
  /** How many pauses it was ever given; absent: none. */
  readonly pausesEver?: number;
  /** Days by which pauses moved its end, and every later turn of a period; absent: none. */
  readonly movedDays?: number;
  /** How many amendments it was ever given, with their voids; absent: none. */
  readonly amendmentsEver?: number;
  /** Amendments that lie ahead, in the order in which they were asked for. Absent: none. */
  readonly amendmentsAhead?: readonly AmendmentAhead[];
  /** The newest amendments, the last one last: only that one can be voided. Absent: none. */
  readonly amendments?: readonly Voidable[];
  readonly renewedById: EntitlementId | null;
  readonly renewsId: EntitlementId | null;
  /** When its successor starts, which ends its grace; absent: no successor is activated, as far as it knows. */
  readonly successorStartsAt?: EpochMs;
  /** A pause ran at its end, so it took no cases then and has no grace. */
  readonly endedPaused?: true;
  /** It was canceled while it waited for its start, so it never covered anything. */
  readonly canceledBeforeStart?: true;
  /**
   * When its last successor was deleted, or canceled before its start. Absent: never, or a new successor came since.
   */
  readonly successorLostAt?: EpochMs;
  /** The renewal that was started last. */
  readonly renewal: StartedRenewal | null;
  /** The number of the newest ledger row. */
  readonly seq: number;
  /**
   * The number of the newest row that changed the contract itself; rows of cases and of renewals do not. Absent: not
   * known, as in states of versions that did not keep it.
   */
  readonly changedSeq?: number;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly deleted: boolean;
}
