import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterEach, describe, expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach, entitlement, ledger } from '../../support/api-client.ts';
import { discard, stateOf, temporal, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const made: string[] = [];
afterEach(async () => {
  await Promise.all(made.splice(0).map(discard));
});

/** Of 5 cases, one of which is attached and open. */
async function withOneCase() {
  const active = await anActive(await aCustomer(), { totalTerm: 5 });
  made.push(active.id);
  const caseId = (await attach(active)).body.id as string;
  return { ...active, caseId };
}

/**
 * How an update is refused; undefined when it was taken. Its own client: a workflow that stalls must not hold the test
 * up.
 */
async function refusalOf(id: string, name: string, message: unknown): Promise<string | undefined> {
  const send = (client: Client) =>
    client.workflow.getHandle(`entitlement/${id}`).executeUpdate(name, { args: [message] });
  try {
    await temporal.withDeadline(Date.now() + 10_000, () => send(temporal));
    return undefined;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
      return error.cause.type ?? 'no type';
    throw error;
  }
}

const rule = { unit: 'cases', decreaseOn: 'creation', hold: false };
const claimed = (more: Record<string, unknown>) => ({
  generation: 0,
  cases: [{ caseId: 'never-attached', customerId: 'c', attachedSeq: 1, counted: true, taken: 1, rule, ...more }],
});
const cancel = (caseId = 'never-attached') => [{ kind: 'cancel', key: unique('key'), caseId }];

describe('a claim in an update that cannot be true is refused', () => {
  test.each<[string, Record<string, unknown>]>([
    ['rows confirmed that do not exist', { confirmed: [[1, 100_000]] }],
    ['a row confirmed before the first', { confirmed: [[0, 1]] }],
    ['a span that ends before it begins', { confirmed: [[2, 1]] }],
    ['a case that never attached', { knowledge: claimed({}) }],
    ['a term as a text', { knowledge: claimed({ taken: '5000' }) }],
    ['more than a case can take', { knowledge: claimed({ taken: 5_000 }) }],
    ['a number past all numbers', { knowledge: claimed({ taken: 1e308 }) }],
    ['a negative term', { knowledge: claimed({ taken: -5 }) }],
    ['more overage than was taken', { knowledge: claimed({ over: 2 }) }],
    [
      'a case that counts minutes',
      { knowledge: claimed({ rule: { ...rule, unit: 'hours' }, minutes: 90, taken: 90 }) },
    ],
    ['a case of a row to come', { knowledge: claimed({ attachedSeq: 99 }) }],
    ['an id of another kind', { knowledge: claimed({ customerId: 'with blank' }) }],
    ['a generation to come', { knowledge: { generation: 1e15, cases: [] } }],
    ['a key of 9,000 characters', { events: [{ kind: 'cancel', key: 'k'.repeat(9_000), caseId: 'c' }] }],
    ["the product's own name", { by: 'allot' }],
    ["the product's own name in capitals", { by: 'Allot' }],
    ["the product's own key", { events: [{ kind: 'detach', key: 'lost:c:1', caseId: 'c', through: 1 }] }],
    [
      "the product's own key for another event",
      { by: 'allot', events: [{ kind: 'cancel', key: 'lost:c:1', caseId: 'c' }] },
    ],
    ['a sender of 300 characters', { by: 'b'.repeat(300) }],
  ])('%s', async (_name, message) => {
    const { id } = await withOneCase();
    expect(await refusalOf(id, 'applyCaseEvents', { events: cancel(), ...message })).toBe('validation_failed');
    expect(await entitlement(id)).toMatchObject({ remainingTerm: 4, openCases: 1 });
    expect((await stateOf(id)).remainingTerm).toBe(4);
  });

  test.each<[string, Record<string, unknown>]>([
    ['by the own name', { by: 'allot' }],
    ['with details that nobody knows', { changes: { name: 'x', more: 1 } }],
    ['with a name of 9,000 characters', { changes: { name: 'x'.repeat(9_000) } }],
    ['with a total past all numbers', { changes: { totalTerm: 1e308 } }],
    ['with a reason of 501 characters', { reason: 'r'.repeat(501) }],
  ])('an edit %s', async (_name, more) => {
    const { id } = await withOneCase();
    const message = { by: 'somebody', key: null, reason: null, changes: { name: 'x' }, ...more };
    expect(await refusalOf(id, 'edit', message)).toBe('validation_failed');
  });

  test('a row made by a signal counts as written only when the workflow has written it', async () => {
    const { id } = await withOneCase();
    await workflowOf(id).signal('attachCase', { key: unique('key'), caseId: unique('case') });
    const confirmed = [[1, (await stateOf(id)).entitlement.seq]];
    // Refused while the workflow has decided on the row and not written it; taken once it has.
    const refusal = await refusalOf(id, 'applyCaseEvents', { events: cancel(), confirmed });
    expect(refusal).toBeOneOf([undefined, 'validation_failed']);
    await soon(async () => {
      const { entitlement: now } = await stateOf(id);
      expect((await ledger(id)).filter(({ seq }) => seq <= 4).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      expect(now.used).toBe(2);
    });
  });
});

test("a signal that uses the product's own name or one of its keys is in the ledger as refused", async () => {
  const { id, caseId } = await withOneCase();
  await workflowOf(id).signal('cancelCase', { key: 'own-1', caseId, by: 'allot' });
  await workflowOf(id).signal('cancelCase', { key: `moved:${caseId}:ent_other:9:cancel`, caseId });
  await soon(async () => {
    const refused = (await ledger(id)).filter(({ kind }) => kind === 'refused');
    expect(refused).toMatchObject([
      { refusal: 'validation_failed', caseId, who: 'signal' },
      { refusal: 'validation_failed', caseId, who: 'signal' },
    ]);
  });
  expect((await entitlement(id)).openCases).toBe(1);
});

test("a caller cannot use one of the product's own keys", async () => {
  const key = `lost:${unique('case')}:1`;
  const { status, body } = await ask('POST', '/v1/cases/any/cancel', {}, { key });
  expect({ status, code: body.code }).toEqual({ status: 400, code: 'validation_failed' });
});
