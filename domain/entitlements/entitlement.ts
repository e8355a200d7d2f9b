import type { EpochMs } from '../calendar.ts';
import type { EntitlementId } from '../ids.ts';
import type { StartedRenewal, Status } from '../ledger/ledger-row.ts';
import type { Bought } from '../terms/bought.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import type { TermPeriod } from '../terms/periods.ts';
import type { TopUp, TopUpAhead } from '../terms/top-ups.ts';

/**
 * An entitlement without its cases, so it stays small however many cases it serves. All of it follows from the rows of
 * its ledger: see `evolve`. How much is left: see `balance.ts`.
 */
export interface Entitlement {
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
  /** Cases that are attached and active now. */
  readonly openCases: number;
  /** At least the number of cases that ever attached or had a share here; 0 only if there were none. */
  readonly casesEver: number;
  readonly renewedById: EntitlementId | null;
  readonly renewsId: EntitlementId | null;
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
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly deleted: boolean;
}
