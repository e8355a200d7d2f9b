import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OwnStack } from '../../support/own-stack.ts';
import { aCase, anActive, must } from '../../support/records.ts';
import { unique } from '../../support/unique.ts';

/** Of its own, as settings are for all cases of an organisation. */
let stack: OwnStack;
beforeAll(async () => {
  stack = await OwnStack.start({ temporalInMemory: true });
});
afterAll(async () => {
  await stack.stop();
});

interface CaseBody {
  id: string;
  entitlementId: string | null;
  entitlementReason: string;
  code?: string;
}

const set = (settings: Record<string, unknown>) => must(200, stack.ask('PUT', '/v1/settings', settings));
const post = (body: Record<string, unknown>) =>
  stack.ask<CaseBody>('POST', '/v1/cases', { id: unique('case'), ...body });
const patch = (id: string, body: Record<string, unknown>) => stack.ask<CaseBody>('PATCH', `/v1/cases/${id}`, body);

test('a setting that is not named stays as it is, and an unknown one is refused', async () => {
  const before = await must(200, stack.ask<Record<string, unknown>>('GET', '/v1/settings'));
  expect(before).toMatchObject({
    autoApplyDefaultOnCaseCreate: true,
    autoApplyDefaultOnCaseUpdate: false,
    matching: true,
  });
  expect(await set({ matching: false })).toEqual({ ...before, matching: false });
  expect(await set({ matching: true })).toEqual(before);
  for (const wrong of [{}, { matching: 'yes' }, { matches: true }, { channels: [] }])
    expect((await stack.ask('PUT', '/v1/settings', wrong)).status).toBe(400);
});

describe('an organisation that', () => {
  test('demands an entitlement refuses cases that get none, and does not take a case off its entitlement', async () => {
    await set({ demandEntitlement: true });
    const active = await anActive(stack, { totalTerm: 1 });
    const caseId = await aCase(stack, active);
    const refused = await post({ customerId: active.customerId });
    expect([refused.status, refused.body.code]).toEqual([422, 'no_entitlement']);
    expect((await stack.ask('GET', `/v1/cases/${refused.body.id}`)).status).toBe(404);
    expect((await patch(caseId, { entitlementId: null })).body.code).toBe('no_entitlement');
    await set({ demandEntitlement: false });
    expect((await post({ customerId: active.customerId })).body).toMatchObject({ entitlementReason: 'all_exhausted' });
    expect((await patch(caseId, { entitlementId: null })).body).toMatchObject({ entitlementReason: 'taken_off' });
  });

  test('has picking turned off records cases without an entitlement, even if the customer has a default', async () => {
    await set({ autoApplyDefaultOnCaseCreate: false, matching: false });
    const active = await anActive(stack);
    await must(200, stack.ask('POST', `/v1/entitlements/${active.id}/set-default`));
    expect((await post({ customerId: active.customerId })).body).toMatchObject({ entitlementReason: 'picking_is_off' });
    await set({ autoApplyDefaultOnCaseCreate: true });
    expect((await post({ customerId: active.customerId })).body).toMatchObject({ entitlementReason: 'default' });
    await set({ matching: true });
  });

  test('applies the default on updates moves a case to it when its contact or product changes, but not its channel', async () => {
    const own = await anActive(stack);
    const caseId = await aCase(stack, own);
    const byDefault = await anActive(stack, { customerId: own.customerId });
    await must(200, stack.ask('POST', `/v1/entitlements/${byDefault.id}/set-default`));
    const product = unique('product');
    await must(201, stack.ask('PUT', `/v1/products/${product}`, { name: 'Pump' }));
    expect((await patch(caseId, { productId: product })).body).toMatchObject({ entitlementId: own.id });
    await set({ autoApplyDefaultOnCaseUpdate: true });
    expect((await patch(caseId, { channel: 'phone' })).body).toMatchObject({ entitlementId: own.id });
    expect((await patch(caseId, { productId: null })).body).toMatchObject({
      entitlementId: byDefault.id,
      entitlementReason: 'default',
    });
    await set({ autoApplyDefaultOnCaseUpdate: false });
  });
});
