import { inject } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { createLedgerStore } from '../../../db/ledger/ledger.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { EntitlementsGateway } from '../../../temporal/entitlements-gateway.ts';
import { type Answer, ask, ledger, type ProblemView } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { temporal } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';

export type MaybeRefused = Partial<Pick<ProblemView, 'code' | 'errors'>>;

export interface OpportunityView extends MaybeRefused {
  id: string;
  status: string;
  customerId: string;
  entitlementId: string | null;
  renewalId: string | null;
  reason: string | null;
  by: string;
  closedAt: string;
}

/** One for all test files of a process; it ends with the process. */
export const sql = connect(inject('databaseUrl'), { max: 4 });

export const gateway = new EntitlementsGateway({ client: temporal, taskQueue: 'allot', store: createLedgerStore(sql) });

export type Body = Record<string, unknown>;

export const close = (body: Body, options = {}): Promise<Answer<EntitlementView & MaybeRefused>> =>
  ask('POST', '/v1/opportunities', body, options);

export const read = (id: string): Promise<Answer<OpportunityView>> => ask('GET', `/v1/opportunities/${id}`);

export const won = (customerId: string, more: Body = {}): Body => ({
  ...{ id: unique('opp'), status: 'closed_won', customerId, templateId: 'silver' },
  ...more,
});

export const kindsOf = async (id: string) => (await ledger(id)).map(({ kind }) => kind);

export const fieldsOf = ({ body }: { body: MaybeRefused }) => body.errors?.map(({ field }) => field);

export const entitlementsOf = async (customerId: string) =>
  (await ask<{ items: EntitlementView[] }>('GET', `/v1/entitlements?customerId=${customerId}`)).body.items;

/** A whole entitlement, without a template. */
export const WHOLE = {
  ...{ name: 'Ten hours', allocationType: 'hours', totalTerm: 600 },
  startDate: dayFromNow(-1),
  endDate: dayFromNow(30),
};
