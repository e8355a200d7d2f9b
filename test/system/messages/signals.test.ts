import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { afterEach, describe, expect, test } from 'vitest';
import { aCustomer, anActive, attach, entitlement, ledger } from '../../support/api-client.ts';
import { discard, temporal, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const SIGNALS = ['attachCase', 'updateCase', 'resolveCase', 'cancelCase', 'reactivateCase'];
const made: string[] = [];
afterEach(async () => {
  await Promise.all(made.splice(0).map(discard));
});

async function anEntitlement(more: Record<string, unknown> = {}) {
  const active = await anActive(await aCustomer(), more);
  made.push(active.id);
  return active;
}

const refusedRows = async (id: string) => (await ledger(id)).filter(({ kind }) => kind === 'refused');

/** RUNNING, and still takes a case. */
async function expectAlive(active: Awaited<ReturnType<typeof anEntitlement>>): Promise<void> {
  expect((await workflowOf(active.id).describe()).status.name).toBe('RUNNING');
  expect((await attach(active)).status).toBe(201);
}

describe('a refused signal changes nothing and is in the ledger as refused', () => {
  test('an attach when nothing is left', async () => {
    const active = await anEntitlement({ totalTerm: 0 });
    const key = unique('key');
    const caseId = unique('case');
    await workflowOf(active.id).signal('attachCase', { key, caseId });
    const [row] = await soon(async () => {
      const rows = await refusedRows(active.id);
      expect(rows).toHaveLength(1);
      return rows;
    });
    expect(row).toMatchObject({ refusal: 'exhausted', key, caseId, change: 0, remainingAfter: 0, who: 'signal' });
    expect(await entitlement(active.id)).toMatchObject({ remainingTerm: 0, openCases: 0 });
    // By HTTP the same key gets the answer that the signal could not hear.
    expect(await attach(active, { id: caseId }, { key })).toMatchObject({ status: 422, body: { code: 'exhausted' } });
  });

  test('an event of a case that was never attached; its key can be used after the attach', async () => {
    const active = await anEntitlement();
    const key = unique('key');
    const caseId = unique('case');
    await workflowOf(active.id).signal('resolveCase', { key, caseId });
    await soon(async () => expect(await refusedRows(active.id)).toMatchObject([{ refusal: 'not_found', caseId }]));
    await attach(active, { id: caseId });
    await workflowOf(active.id).signal('resolveCase', { key, caseId });
    await soon(async () => expect((await ledger(active.id)).at(-1)).toMatchObject({ kind: 'resolved', key }));
  });

  test("an event that the case's state does not allow", async () => {
    const active = await anEntitlement();
    const { id } = (await attach(active)).body;
    await workflowOf(active.id).signal('reactivateCase', { key: unique('key'), caseId: id });
    await soon(async () => expect(await refusedRows(active.id)).toMatchObject([{ refusal: 'wrong_state' }]));
    expect(await entitlement(active.id)).toMatchObject({ remainingTerm: 2, openCases: 1 });
  });
});

const key = 'a-key';
const caseId = 'a-case';
const MALFORMED: unknown[] = [
  undefined,
  null,
  5,
  'text',
  true,
  [],
  [{ key, caseId }],
  {},
  { key },
  { caseId },
  { key: null, caseId },
  { key: 5, caseId },
  { key: '', caseId },
  { key: 'with blank', caseId },
  { key: 'k'.repeat(256), caseId },
  { key, caseId: { id: caseId } },
  { key, caseId: 'c'.repeat(201) },
  { key, caseId: 'case 1' },
  { key, caseId: 'ca\u0000se' },
];
const MALFORMED_ATTACHES: unknown[] = [
  { key, caseId, channel: 'NO CHANNEL' },
  { key, caseId, customerId: 5 },
  { key, caseId, title: { text: 'x' } },
  { key, caseId, title: 't'.repeat(201) },
  { key, caseId, minutes: -1 },
  { key, caseId, minutes: 1.5 },
  { key, caseId, minutes: '30' },
  { key, caseId, decrementEntitlementTerm: 'false' },
];

describe('a malformed signal never fails the workflow', () => {
  test.each(SIGNALS)('%s', async (signal) => {
    const active = await anEntitlement();
    const malformed = signal === 'attachCase' ? [...MALFORMED, ...MALFORMED_ATTACHES] : MALFORMED;
    for (const content of malformed) await workflowOf(active.id).signal(signal, content);
    await workflowOf(active.id).signal(signal);
    await soon(async () => expect(await refusedRows(active.id)).toHaveLength(malformed.length + 1));
    const rows = await refusedRows(active.id);
    expect(new Set(rows.map(({ refusal, change }) => `${refusal} ${change}`))).toEqual(
      new Set(['validation_failed 0']),
    );
    await expectAlive(active);
  });

  test.each([
    ['no JSON', 'json/plain', '{"key":'],
    ['an encoding that nobody knows', 'binary/unheard-of', 'x'],
    ['no encoding', '', '{}'],
  ])('a payload of %s', async (_name, encoding, data) => {
    const active = await anEntitlement();
    const payload = { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) };
    await temporal.connection.workflowService.signalWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: workflowOf(active.id).workflowId },
      signalName: 'attachCase',
      input: { payloads: [payload] },
    });
    await soon(async () => expect(await refusedRows(active.id)).toMatchObject([{ refusal: 'validation_failed' }]));
    await expectAlive(active);
  });

  test('strange senders and unknown fields are accepted', async () => {
    const active = await anEntitlement();
    const senders = [5, null, { name: 'x' }, 'case system', 's'.repeat(10_000)];
    for (const by of senders)
      await workflowOf(active.id).signal('attachCase', {
        key: unique('key'),
        caseId: 'same',
        by,
        __proto__: 1,
        more: [],
      });
    await soon(async () => expect((await ledger(active.id)).filter(({ caseId }) => caseId === 'same')).toHaveLength(5));
    expect((await ledger(active.id)).map(({ who }) => who)).toContain('case system');
    expect((await entitlement(active.id)).remainingTerm).toBe(2);
  });
});

describe('a malformed update is refused and never stalls the workflow', () => {
  // Its own client: a stalled workflow must not hold the test up.
  const impatient = <Value>(ask: (client: Client) => Promise<Value>) =>
    temporal.withDeadline(Date.now() + 5_000, () => ask(temporal));
  const events = [{ kind: 'attach', key, caseId }];
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['no list', { events: 'x' }],
    ['an empty list', { events: [] }],
    ['an unknown kind', { events: [{ kind: 'explode', key, caseId }] }],
    [
      'more than the limit',
      { events: Array.from({ length: 501 }, (_, n) => ({ kind: 'cancel', key: `${n}`, caseId })) },
    ],
    ['a knowledge of no cases', { events, knowledge: { generation: 0, cases: 5 } }],
    ['a knowledge with null as a case', { events, knowledge: { generation: 0, cases: [null] } }],
    ['a confirmation that is no list', { events, confirmed: 5 }],
    ['a confirmation of nothing', { events, confirmed: [null] }],
    ['a sender that is no text', { events, by: { name: 'x' } }],
  ])('applyCaseEvents with %s', async (_name, message) => {
    const active = await anEntitlement();
    const update = impatient(() => workflowOf(active.id).executeUpdate('applyCaseEvents', { args: [message] }));
    await expect(update).rejects.toThrow(WorkflowUpdateFailedError);
    await expectAlive(active);
  });

  test.each(['create', 'edit', 'activate', 'cancel', 'renew', 'delete'])('%s with nothing', async (name) => {
    const active = await anEntitlement();
    for (const message of [undefined, null, {}, { key: 5 }])
      await expect(impatient(() => workflowOf(active.id).executeUpdate(name, { args: [message] }))).rejects.toThrow(
        WorkflowUpdateFailedError,
      );
    await expectAlive(active);
  });
});
