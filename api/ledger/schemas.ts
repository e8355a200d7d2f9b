import { z } from 'zod';
import { LEDGER_PARTS, type LedgerFilter } from '../../db/ledger/ledger-list.ts';
import type { RowKind } from '../../domain/ledger/ledger-row.ts';
import { instantOf } from '../http/instants.ts';
import { idSchema, instantSchema, pageQuery } from '../http/schemas.ts';

/** The highest number that a row can have. */
export const MAX_SEQ = 2_147_483_647;

/** Every kind once: the compiler reports one that is left out. */
const KINDS: Readonly<Record<RowKind, true>> = {
  created: true,
  edited: true,
  activated: true,
  started: true,
  deactivated: true,
  expired: true,
  canceled: true,
  renewed: true,
  successor_ended: true,
  successor_starts: true,
  renewal_started: true,
  deleted: true,
  topped_up: true,
  top_up_expired: true,
  period_started: true,
  pause_planned: true,
  pause_taken_back: true,
  paused: true,
  resumed: true,
  amended: true,
  amendment_scheduled: true,
  amendment_taken_back: true,
  amendment_dropped: true,
  amendment_voided: true,
  attached: true,
  repeated_attach: true,
  updated: true,
  resolved: true,
  case_canceled: true,
  reactivated: true,
  decremented: true,
  responded: true,
  held: true,
  released: true,
  detached: true,
  spilled: true,
  spill_taken: true,
  refused: true,
};

export const rowKind = z.enum(Object.keys(KINDS) as [RowKind, ...RowKind[]]).meta({ id: 'LedgerRowKind' });

const seq = z.coerce.number().int().min(1).max(MAX_SEQ);

/** The query of a history. */
export const historyQuery = pageQuery.extend({
  sort: z.enum(['seq', '-seq']).default('seq').meta({ description: 'seq: the oldest row first; -seq: the newest' }),
});

/** The query of a ledger. */
export const ledgerQuery = historyQuery.extend({
  since: instantSchema.optional().meta({ description: 'Rows from this instant on' }),
  until: instantSchema.optional().meta({ description: 'Rows before this instant' }),
  caseId: idSchema.optional(),
  kind: rowKind.optional(),
  rows: z.enum(LEDGER_PARTS).optional().meta({
    description:
      'use: rows in which cases used term or gave it back; cases: the first row of each case; term: rows that grant term',
  }),
  fromSeq: seq.optional().meta({ description: 'The number of the first row' }),
  toSeq: seq.optional().meta({ description: 'The number of the last row' }),
});

/** What the query asks of the ledger, as the database takes it. */
export const ledgerFilterOf = ({
  rows,
  since,
  until,
  sort: _order,
  ...named
}: z.infer<typeof ledgerQuery>): LedgerFilter => ({
  part: rows,
  since: instantOf(since),
  until: instantOf(until),
  kind: named.kind,
  caseId: named.caseId,
  fromSeq: named.fromSeq,
  toSeq: named.toSeq,
});
