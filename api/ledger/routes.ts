import type { z } from 'zod';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import { type LedgerFilter, listLedger } from '../../db/ledger/ledger-list.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { accessScopeOf } from '../http/identity.ts';
import { paged, pageOf } from '../http/page.ts';
import { invalidCursor, notFound } from '../http/problem.ts';
import { idOf, queryOf } from '../http/request.ts';
import { ledgerAnswer } from './answers.ts';
import { historyQuery, ledgerFilterOf, ledgerQuery, MAX_SEQ } from './schemas.ts';
import { rowView } from './view.ts';

export const ledgerEndpoints = ({ sql }: Services): readonly Endpoint[] => {
  const rows = <Query extends typeof historyQuery>(
    path: string,
    summary: string,
    query: Query,
    filterOf: (asked: z.infer<Query>) => LedgerFilter,
  ): Endpoint => ({
    method: 'get',
    path,
    tag: 'Entitlements',
    summary,
    roles: PERMISSIONS.read,
    query,
    answers: { 200: { means: 'A page of rows in order of seq', body: ledgerAnswer } },
    handle: async (request, response) => {
      const id = idOf(request);
      const asked = queryOf(request, query);
      const { limit, after } = pageOf(asked);
      const order = ORDERS[asked.sort];
      const afterSeq = after === null ? null : seqOf(after, order.mark);
      if ((await findEntitlement(sql, id, accessScopeOf(request))) === undefined) throw notFound('entitlement', id);
      const found = await listLedger(sql, id, { limit, afterSeq, descending: order.descending }, filterOf(asked));
      response.json(paged(found.map(rowView), limit, ({ seq }) => `${order.mark}${seq}`));
    },
  });
  return [
    rows(
      '/v1/entitlements/{id}/ledger',
      'Lists the rows of the ledger by time, case, kind or number; the remaining term is the sum of their `change`',
      ledgerQuery,
      ledgerFilterOf,
    ),
    rows(
      '/v1/entitlements/{id}/history',
      "Lists the entitlement's own changes: who made them, when and why",
      historyQuery,
      () => ({ part: 'life' }),
    ),
  ];
};

/** The orders of rows. The mark begins the cursors of the order, so that a cursor of the other one is not valid. */
const ORDERS = { seq: { descending: false, mark: '' }, '-seq': { descending: true, mark: 'd' } } as const;

/** The number of the row in a cursor. Refuses `validation_failed` for a cursor of the other order. */
function seqOf(cursor: string, mark: string): number {
  const seq = cursor.startsWith(mark) ? cursor.slice(mark.length) : '';
  if (!/^\d{1,10}$/.test(seq) || Number(seq) > MAX_SEQ) throw invalidCursor();
  return Number(seq);
}
