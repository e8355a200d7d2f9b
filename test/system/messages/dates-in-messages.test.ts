import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MetWorkflows } from '../../support/met-workflows.ts';
import { isDay, oddValue } from '../../support/odd-dates.ts';
import { temporal, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';

/** For a longer look: `ALLOT_DATE_RUNS=200 npx vitest run test/system/messages/dates-in-messages.test.ts`. */
const RUNS = Number(process.env.ALLOT_DATE_RUNS ?? 12);

const met = new MetWorkflows();
let customerId: string;
let draftId: string;
let activeId: string;
beforeAll(async () => {
  ({ customerId, draftId, activeId } = await met.make());
});
afterAll(() => met.discard());

describe('a message with a date that the calendar does not have is refused, and the workflow goes on', () => {
  const base = { by: 'a stranger', key: null, reason: null };
  const refusedOrTaken = async (asked: Promise<unknown>) => {
    const failure = await asked.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure !== undefined) expect(failure).toBeInstanceOf(WorkflowUpdateFailedError);
    return failure === undefined;
  };
  const detailsOf = async (id: string) =>
    (await workflowOf(id).query<{ entitlement: { details: object } }>('state')).entitlement.details;
  const field = fc.constantFrom('startDate', 'endDate', 'anchorDay');

  test(
    'for an entitlement',
    async () => {
      const details = await detailsOf(draftId);
      await fc.assert(
        fc.asyncProperty(field, oddValue, fc.integer({ min: 0, max: 3 }), async (name, value, which) => {
          if (which === 0) {
            const taken = await refusedOrTaken(
              workflowOf(draftId).executeUpdate('edit', { args: [{ ...base, changes: { [name]: value } }] }),
            );
            if (!isDay(value) && name !== 'anchorDay') expect([name, value, taken]).toEqual([name, value, false]);
          } else if (which === 1) {
            const topUp = { amount: 1, expiresOn: value, price: null, currency: null };
            const taken = await refusedOrTaken(
              workflowOf(activeId).executeUpdate('topUp', { args: [{ ...base, topUp }] }),
            );
            if (!isDay(value)) expect([value, taken]).toEqual([value, false]);
          } else if (which === 2) {
            const successorId = unique('successor');
            const asked = { ...base, successorId, details: { ...details, [name]: value } };
            await refusedOrTaken(workflowOf(activeId).executeUpdate('acceptRenewal', { args: [asked] }));
          } else {
            const id = unique('dates');
            const startWorkflowOperation = new WithStartWorkflowOperation('entitlement', {
              workflowId: `entitlement/${id}`,
              taskQueue: 'allot',
              workflowIdConflictPolicy: 'USE_EXISTING',
              args: [{ id }],
            });
            const args: [object] = [{ ...base, details: { ...details, [name]: value }, renewsId: null }];
            met.add(`entitlement/${id}`);
            await refusedOrTaken(
              temporal.workflow.executeUpdateWithStart<Workflow, unknown, [object]>('create', {
                args,
                startWorkflowOperation,
              }),
            );
          }
        }),
        { numRuns: 3 * RUNS },
      );
      expect(await detailsOf(activeId)).toMatchObject({ customerId });
    },
    60_000 + RUNS * 2_000,
  );

  test(
    'for a renewal',
    async () => {
      const entitlementId = await met.makeRenewed(customerId);
      const renewal = temporal.workflow.getHandle(`renewal/${entitlementId}/1`);
      const details = await detailsOf(entitlementId);
      await fc.assert(
        fc.asyncProperty(oddValue, fc.integer({ min: 0, max: 2 }), async (value, which) => {
          const key = unique('key');
          if (which === 0) {
            const taken = await refusedOrTaken(
              renewal.executeUpdate('snooze', { args: [{ ...base, key, until: value }] }),
            );
            if (!isDay(value)) expect([value, taken]).toEqual([value, false]);
          } else if (which === 1) {
            if (isDay(value)) return;
            const changes = { endDate: value };
            expect(await refusedOrTaken(renewal.executeUpdate('accept', { args: [{ ...base, key, changes }] }))).toBe(
              false,
            );
          } else {
            const { endsAt } = (await workflowOf(entitlementId).query<{ entitlement: { endsAt: number } }>('state'))
              .entitlement;
            const news = { status: 'active', endsAt, renewedById: null, deleted: false, n: 1 };
            if (!isDay(value))
              await renewal.signal('entitlementChanged', { ...news, details: { ...details, endDate: value } });
          }
        }),
        { numRuns: 2 * RUNS },
      );
      expect(await renewal.query('state')).toMatchObject({ renewal: { entitlementId } });
    },
    60_000 + RUNS * 2_000,
  );
});

// The last test of the file: it looks at all workflows that the others have met.
test('none of it makes a workflow task fail', () => met.expectNoFailedTask(), 120_000);
