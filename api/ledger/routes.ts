import type { z } from 'zod';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import { type LedgerFilter, listLedger } from '../../db/ledger/ledger-list.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { LedgerRow, RowFacts } from '../../domain/ledger/ledger-row.ts';
import type { AllocationType } from '../../domain/terms/allocation.ts';
import { type Charge, chargeAmount } from '../../domain/terms/overage-charge.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { accessScopeOf } from '../http/identity.ts';
import { paged, pageOf } from '../http/page.ts';
import { problem } from '../http/problem.ts';
import { idOf, queryOf } from '../http/request.ts';
import { pageQuery } from '../http/schemas.ts';
import { ledgerAnswer } from './answers.ts';
import { ledgerFilterOf, ledgerQuery } from './ledger-query.ts';

const MAX_SEQ = 2_147_483_647;

/** A ledger row as callers see it; `change` and `remainingAfter` in cases or minutes. */
const rowView = (row: LedgerRow) => ({
  seq: row.seq,
  kind: row.kind,
  caseId: row.caseId,
  channel: row.channel,
  change: row.change,
  useChange: row.useChange ?? (row.caseId === null ? 0 : -row.change || 0),
  remainingAfter: row.remainingAfter,
  heldChange: row.heldChange,
  overage: row.overage,
  charge: row.charge === null ? null : chargeView(row.charge, row.case?.rule.unit ?? 'cases'),
  who: row.by,
  why: row.reason ?? row.detail,
  when: new Date(row.at).toISOString(),
  key: row.key,
  refusal: row.refusal,
  facts: row.facts === null ? null : factsView(row.facts),
});

export type RowView = ReturnType<typeof rowView>;

/** What a charge comes to: its quantity in cases or minutes, at a price of one case or one hour. */
const chargeView = ({ credits = [], ...charge }: Charge, unit: AllocationType) => ({
  ...charge,
  amount: chargeAmount(charge, unit),
  credits: [...credits],
});

const iso = (at: number): string => new Date(at).toISOString();

/** What a row says beyond its kind, with its instants as all others are written. */
export function factsView({
  startsAt,
  endsAt,
  period,
  topUps,
  topUp,
  topUpsAhead,
  bought: _state,
  ...facts
}: RowFacts) {
  return {
    ...facts,
    ...(period == null ? {} : { period: { startsAt: iso(period.startsAt), endsAt: iso(period.endsAt) } }),
    ...(topUps === undefined ? {} : { topUps: topUps.map(({ expiresAt: _at, ...rest }) => rest) }),
    ...(topUp === undefined
      ? {}
      : {
          topUp: {
            amount: topUp.amount,
            startsOn: 'startsOn' in topUp ? topUp.startsOn : null,
            expiresOn: topUp.expiresOn,
            expiresAt: topUp.expiresAt === null ? null : iso(topUp.expiresAt),
            price: topUp.price,
            currency: topUp.currency,
          },
        }),
    ...(topUpsAhead === undefined
      ? {}
      : { topUpsAhead: topUpsAhead.map(({ amount, startsOn, expiresOn }) => ({ amount, startsOn, expiresOn })) }),
    ...(startsAt === undefined ? {} : { startsAt: iso(startsAt) }),
    ...(endsAt === undefined ? {} : { endsAt: iso(endsAt) }),
  };
}

export type FactsView = ReturnType<typeof factsView>;

export const ledgerEndpoints = ({ sql }: Services): readonly Endpoint[] => {
  const rows = <Query extends typeof pageQuery>(
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
      const afterSeq = after === null ? 0 : Number(after);
      if (after !== null && (!/^\d{1,10}$/.test(after) || afterSeq > MAX_SEQ))
        throw problem(
          'validation_failed',
          'The cursor is not valid for this list: pass nextCursor as it came.',
          'cursor',
        );
      if ((await findEntitlement(sql, id, accessScopeOf(request))) === undefined)
        throw problem('not_found', `There is no entitlement ${id}.`);
      const found = await listLedger(sql, id, { limit, afterSeq }, filterOf(asked));
      response.json(paged(found.map(rowView), limit, ({ seq }) => String(seq)));
    },
  });
  return [
    rows(
      '/v1/entitlements/{id}/ledger',
      'Every row of the ledger: remaining is the sum of `change`. By time, case, kind and number, or what a report was made of',
      ledgerQuery,
      ledgerFilterOf,
    ),
    rows('/v1/entitlements/{id}/history', "The entitlement's own changes: who, when, why", pageQuery, () => ({
      part: 'life',
    })),
  ];
};
