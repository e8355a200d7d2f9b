import { defineQuery } from '@temporalio/workflow';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { PackedCase } from './packed.ts';

/**
 * What all messages of an entitlement have in common. `generation` is the number of a checkpoint (see RunMemory):
 * messages and stored snapshots keep that name.
 */

/**
 * What the sender read in PostgreSQL before it sent: the cases that the events are about, as the ledger last had them,
 * and that none of the keys had a row. True as of the checkpoint `generation`.
 */
export interface Knowledge {
  readonly generation: number;
  readonly cases: readonly PackedCase[];
}

/** What every message of the API carries: who asks, what it knows, and which rows were written since it last asked. */
export interface Envelope {
  readonly by: string;
  readonly knowledge?: Knowledge;
  readonly confirmed?: readonly (readonly [from: number, to: number])[];
}

/** The entitlement as it stands, for the read model. */
export interface Snapshot {
  readonly entitlement: Entitlement;
  readonly generation: number;
}

/** The failure of an update that came while its run ended: the sender sends it again, to the next run. */
export const HANDING_OVER = 'handing_over';

export interface StateAnswer extends Snapshot {
  readonly remainingTerm: number | null;
  /** Rows of which nobody has said that they are written. */
  readonly unconfirmedRows: number;
  readonly casesInMemory: number;
}

export const state = defineQuery<StateAnswer>('state');

export const workflowIdOf = (entitlement: EntitlementId): string => `entitlement/${entitlement}`;
