import { z } from 'zod';
import { LEDGER_PARTS, type LedgerFilter } from '../../db/ledger/ledger-list.ts';
import type { RowKind } from '../../domain/ledger/ledger-row.ts';
import { idSchema, instantSchema, pageQuery } from '../http/schemas.ts';

const MAX_SEQ = 2_147_483_647;

/** Every kind once: the compiler misses one that is left out. */
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
  renewal_started: true,
  deleted: true,
  topped_up: true,
  top_up_expired: true,
  period_started: true,
  attached: true,
  repeated_attach: true,
  updated: true,
  resolved: true,
  case_canceled: true,
  reactivated: true,
  decremented: true,
  detached: true,
  spilled: true,
  spill_taken: true,
  refused: true,
};

export const rowKind = z.enum(Object.keys(KINDS) as [RowKind, ...RowKind[]]).meta({ id: 'LedgerRowKind' });

const seq = z.coerce.number().int().min(1).max(MAX_SEQ);

/** What a ledger can be asked for. */
export const ledgerQuery = pageQuery.extend({
  since: instantSchema.optional().meta({ description: 'From this instant on' }),
  until: instantSchema.optional().meta({ description: 'Before this instant' }),
  caseId: idSchema.optional(),
  kind: rowKind.optional(),
  rows: z.enum(LEDGER_PARTS).optional().meta({
    description:
      'use: what cases took and gave back; cases: those that came, each where it came first; term: what it is made of',
  }),
  fromSeq: seq.optional(),
  toSeq: seq.optional().meta({ description: 'The last one' }),
});

const instantOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

export const ledgerFilterOf = ({ rows, since, until, ...named }: z.infer<typeof ledgerQuery>): LedgerFilter => ({
  part: rows,
  since: instantOf(since),
  until: instantOf(until),
  kind: named.kind,
  caseId: named.caseId,
  fromSeq: named.fromSeq,
  toSeq: named.toSeq,
});
