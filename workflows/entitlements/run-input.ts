import type { EpochMs } from '../../domain/calendar.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import type { RefusedSoFar } from '../messages/refused-messages.ts';
import type { ReceivedSignal } from './case-messages.ts';
import type { CreateMessage } from './life-messages.ts';
import type { PackedCase, PackedRow } from './packed.ts';
import type { CarriedRenewals } from './renewals-of-run.ts';

/** What an entitlement's workflow is started with. */
export interface EntitlementInput {
  readonly id: EntitlementId;
  /** The entitlement lived before and its workflow had completed: it is loaded from PostgreSQL first. */
  readonly revive?: boolean;
  /** From the run before. */
  readonly carried?: Carried;
  /** The draft begins with this, instead of with a `create` update. */
  readonly created?: CreateMessage;
}

export type EntitlementWorkflow = (input: EntitlementInput) => Promise<void>;

/** What a run hands to the next one. Runs of older code hand it to newer code: it has a version. */
export interface Carried {
  readonly version: 1;
  readonly entitlement: Entitlement;
  /** The number of the newest checkpoint. */
  readonly generation: number;
  readonly lastAttempt: number;
  readonly cases: readonly PackedCase[];
  readonly rows: readonly PackedRow[];
  /** The rows of which nobody has said that they are written, by number. */
  readonly unconfirmed: readonly number[];
  /** Those of the unconfirmed rows that senders have. Older code does not say it: then senders may have any of them. */
  readonly handedOut?: readonly number[];
  readonly successor?: Successor;
  /** The start of which the predecessor was told; absent: none. */
  readonly toldStart?: EpochMs;
  readonly renewals: CarriedRenewals;
  /** Signals that the run received and did not decide. */
  readonly signals?: readonly ReceivedSignal[];
  /** Messages that this entitlement refused without a row. */
  readonly refusedMessages?: RefusedSoFar;
}

/** The draft that follows a renewed entitlement. */
export interface Successor {
  readonly id: EntitlementId;
  readonly details: EntitlementDetails;
  readonly by: string;
}

/**
 * How a successor's draft is created. The API and the predecessor's workflow both send this, and one of them is first.
 */
export const creationOf = ({ id, details, by }: Successor, renewsId: EntitlementId): CreateMessage => ({
  by,
  key: `created:${id}`,
  details,
  renewsId,
});
