import { describe, expect, test } from 'vitest';
import { type ClosingParts, closeOpportunity } from '../../../api/renewals/opportunity-closing.ts';
import { opportunityBody } from '../../../api/renewals/opportunity-schemas.ts';
import { aCustomer, ask } from '../../support/api-client.ts';
import { type Body, close, entitlementsOf, fieldsOf, gateway, kindsOf, read, sql, won } from './opportunity-scenes.ts';

describe('if a request dies on the way, the next one continues', () => {
  const died = () => Promise.reject(new Error('died'));
  const origin = { by: 'died', role: null, reason: null };
  const parts: ClosingParts = { sql, gateway, decider: { settle: async () => null, decide: async () => null } };
  const diesAt = (step: Partial<ClosingParts['gateway']>, body: Body) =>
    expect(
      closeOpportunity(
        {
          ...parts,
          gateway: {
            create: (...message) => gateway.create(...message),
            command: (...message) => gateway.command(...message),
            ...step,
          },
        },
        opportunityBody.parse(body),
        origin,
      ),
    ).rejects.toThrow('died');

  const STEPS: readonly [string, Partial<ClosingParts['gateway']>, string[]][] = [
    ['before the draft is written', { create: died }, []],
    [
      'after the draft was written',
      {
        create: async (...message) => {
          await gateway.create(...message);
          return await died();
        },
      },
      ['created'],
    ],
    ['before it is activated', { command: died }, ['created']],
    [
      'after it was activated',
      {
        command: async (...message) => {
          await gateway.command(...message);
          return await died();
        },
      },
      ['created', 'activated'],
    ],
  ];

  test.each(STEPS)('%s', async (_when, step, kinds) => {
    const customerId = await aCustomer();
    const body = won(customerId);
    await diesAt(step, body);
    const halfDone = await entitlementsOf(customerId);
    expect(await Promise.all(halfDone.map(({ id }) => kindsOf(id)))).toEqual(kinds.length === 0 ? [] : [kinds]);
    expect((await read(String(body.id))).body.entitlementId).toBeNull();
    const many = await Promise.all([close(body), close(body), close(body)]);
    const [first] = many;
    expect(many.map(({ status, body: made }) => [status, made.status, made.id])).toEqual(
      Array(3).fill([201, 'active', first?.body.id]),
    );
    expect(await kindsOf(first?.body.id ?? '')).toEqual(['created', 'activated']);
    expect((await read(String(body.id))).body.entitlementId).toBe(first?.body.id);
  });

  test('it makes what was settled first, even if the template was changed and deleted since', async () => {
    const customerId = await aCustomer();
    const terms = { name: 'Seven', allocationType: 'cases', totalTerm: 7, duration: { unit: 'years', count: 1 } };
    const { body: template } = await ask<{ id: string }>('POST', '/v1/templates', terms);
    const body = won(customerId, { templateId: template.id });
    await diesAt({ create: died }, body);
    await ask('PUT', `/v1/templates/${template.id}`, { ...terms, totalTerm: 8 });
    await ask('DELETE', `/v1/templates/${template.id}`);
    const { status, body: made } = await close(body);
    expect([status, made.totalTerm, made.templateId, made.status]).toEqual([201, 7, template.id, 'active']);
  });

  test('a draft that somebody activated by hand is taken as it is', async () => {
    const customerId = await aCustomer();
    const body = won(customerId);
    await diesAt({ command: died }, body);
    const [draft] = await entitlementsOf(customerId);
    await ask('POST', `/v1/entitlements/${draft?.id}/activate`);
    const { status, body: made } = await close(body);
    expect([status, made.id, made.status]).toEqual([201, draft?.id, 'active']);
    expect(await kindsOf(made.id)).toEqual(['created', 'activated']);
  });

  test('a draft that somebody deleted is not made again', async () => {
    const customerId = await aCustomer();
    const body = won(customerId);
    await diesAt({ command: died }, body);
    const [draft] = await entitlementsOf(customerId);
    await ask('DELETE', `/v1/entitlements/${draft?.id}`);
    const { status, body: refused } = await close(body);
    expect([status, refused.code, fieldsOf({ body: refused })]).toEqual([...[409, 'conflict', ['id']]]);
  });
});
