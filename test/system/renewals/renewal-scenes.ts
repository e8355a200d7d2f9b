import { inject } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { aCustomer, anActive, ask } from '../../support/api-client.ts';
import { Clock } from '../../support/temporal.ts';
import { soon } from '../../support/waiting.ts';

/** One for all test files of a process; it ends with the process. */
export const sql = connect(inject('databaseUrl'), { max: 1 });

export interface RenewalView {
  id: string;
  stage: string;
  isOver: boolean;
  successorId: string | null;
  reason: string | null;
  steps: { step: string; at: string; heardBy: string }[];
  customerId: string;
  proposal: { kind: string; changes: object; reasons: { text: string }[] };
  accountManager: { email: string } | null;
}

export const POLICY = {
  noticeDays: 60,
  reminderDays: 30,
  escalationDays: 14,
  escalateTo: { name: 'The Boss', email: 'boss@example.com' },
};

export const MANAGER = { name: 'Ann Account', email: 'ann@example.com' };

export const renewalsOf = async (id: string) =>
  (await ask<{ items: RenewalView[] }>('GET', `/v1/renewals?entitlementId=${id}`)).body.items;

export const only = (id: string) =>
  soon(async () => {
    const [renewal, ...more] = await renewalsOf(id);
    if (renewal === undefined || more.length > 0)
      throw new Error(`expected one renewal, found ${more.length} more or none`);
    return renewal;
  });

export const stepsOf = async (id: string) => (await only(id)).steps.map(({ step }) => step);

/** The mails about a renewal: the step and the recipient of each. */
export const mailsOf = async (renewalId: string) =>
  (
    await sql<{ key: string; target: string }[]>`
    select key, target from deliveries where kind = 'email' and key like ${`${renewalId}:%`} order by key`
  ).map(({ key, target }) => [key.split(':')[2], target]);

/** Midnight in UTC, so many days before the end of the entitlement. */
export const beforeEnd = ({ endsAt }: EntitlementView, days: number) =>
  new Date(Date.parse(endsAt ?? '') - days * 86_400_000).toISOString();

export async function toNotice(more: Record<string, unknown> = {}) {
  const customerId = await aCustomer({ accountManager: MANAGER });
  const active = await anActive(customerId, { renewalPolicy: POLICY, ...more });
  const clock = new Clock(active.id);
  await clock.goToAlone(beforeEnd(active, POLICY.noticeDays));
  const renewal = await only(active.id);
  return { active, clock, renewal, own: new Clock(active.id, { renewal: 1, aheadMs: clock.aheadMs }) };
}

/** Edits an active entitlement as a person does: it is a draft for a moment. */
export async function edit(id: string, changes: object): Promise<void> {
  const path = `/v1/entitlements/${id}`;
  await ask('POST', `${path}/deactivate`);
  await ask('PATCH', path, changes);
  await ask('POST', `${path}/activate`);
}
