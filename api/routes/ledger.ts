import { findEntitlement, listLedger } from '../../db/entitlements.ts';
import type { LedgerRow, LifeFacts } from '../../domain/ledger.ts';
import { MAY } from '../../domain/roles.ts';
import type { Endpoint, Parts } from '../endpoint.ts';
import { sightOf } from '../identity.ts';
import { paged, pageOf } from '../page.ts';
import { problem } from '../problem.ts';
import { idOf, queryOf } from '../request.ts';
import { pageQuery } from '../schemas.ts';

const MAX_SEQ = 2_147_483_647;

/** A ledger row as callers see it; `change` and `remainingAfter` in cases or minutes. */
const rowView = (row: LedgerRow) => ({
  seq: row.seq,
  kind: row.kind,
  caseId: row.caseId,
  channel: row.channel,
  change: row.change,
  remainingAfter: row.remainingAfter,
  heldChange: row.heldChange,
  who: row.by,
  why: row.detail ?? row.reason,
  when: new Date(row.at).toISOString(),
  key: row.key,
  refusal: row.refusal,
  facts: row.facts === null ? null : factsView(row.facts),
});

function factsView({ startsAt, endsAt, ...facts }: LifeFacts) {
  return {
    ...facts,
    ...(startsAt === undefined ? {} : { startsAt: new Date(startsAt).toISOString() }),
    ...(endsAt === undefined ? {} : { endsAt: new Date(endsAt).toISOString() }),
  };
}

export const ledgerEndpoints = ({ sql }: Parts): readonly Endpoint[] => {
  const rows = (path: string, summary: string, lifeOnly: boolean): Endpoint => ({
    method: 'get',
    path,
    tag: 'Entitlements',
    summary,
    roles: MAY.read,
    query: pageQuery,
    answers: { 200: 'A page of rows in order of seq' },
    handle: async (request, response) => {
      const id = idOf(request);
      const { limit, after } = pageOf(queryOf(request, pageQuery));
      const afterSeq = after === null ? 0 : Number(after);
      if (after !== null && (!/^\d{1,10}$/.test(after) || afterSeq > MAX_SEQ))
        throw problem('validation_failed', 'The cursor is none of ours.', 'cursor');
      if ((await findEntitlement(sql, id, sightOf(request))) === undefined)
        throw problem('not_found', `There is no entitlement ${id}.`);
      const found = await listLedger(sql, id, { limit, afterSeq, lifeOnly });
      response.json(paged(found.map(rowView), limit, ({ seq }) => String(seq)));
    },
  });
  return [
    rows('/v1/entitlements/{id}/ledger', 'Every row of the ledger: remaining is the sum of `change`', false),
    rows('/v1/entitlements/{id}/history', "The entitlement's own changes: who, when, why", true),
  ];
};
