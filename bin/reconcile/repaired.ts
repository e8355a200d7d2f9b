import type { Client } from '@temporalio/client';
import type { Sql } from '../../db/postgres/sql.ts';
import type { FreshStarts } from '../../temporal/fresh-starts.ts';
import type { Pause } from './patience.ts';
import type { Replays } from './replayed-runs.ts';
import type { Workflows } from './workflows.ts';

/** What sort of thing was mended: rows, steps and attempts come from histories, the others from the ledger or a record. */
export type MendedKind =
  | 'rows'
  | 'snapshot'
  | 'case'
  | 'workflow'
  | 'signal'
  | 'move'
  | 'renewal_step'
  | 'renewal'
  | 'clock'
  | 'attempts'
  | 'delivery';

/** One thing that was mended. */
export interface Mended {
  readonly kind: MendedKind;
  /** The entitlement, case, renewal or delivery. */
  readonly id: string;
  /** What was done, in words. */
  readonly what: string;
}

/** What each part of a repair works with. */
export interface RepairParts {
  readonly sql: Sql;
  readonly client: Client;
  readonly workflows: Workflows;
  readonly replays: Replays;
  readonly starts: FreshStarts;
  readonly taskQueue: string;
  readonly publicUrl: string;
  /** What ended since then may be unknown to the database. */
  readonly since: Date;
  /** Waits between two looks. */
  readonly pause: Pause;
  /** Told of each thing after it is done. */
  readonly mended: (mended: Mended) => void;
}

export const mendedLine = ({ id, what }: Mended): string => `mended ${id}: ${what}`;
