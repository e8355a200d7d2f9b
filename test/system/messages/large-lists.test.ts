import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { anActive, ask, entitlement, ledger } from '../../support/api-client.ts';
import { payloadSizes } from '../../support/message-sender.ts';
import { discard, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const EVENTS = 1_000;
/** Temporal warns of a payload beyond this. */
const WARNS_AT_BYTES = 512 * 1_024;
const TIMEOUT_MS = 240_000;
const BUSY_MS = 60_000;
const MAX_ID = 200;
const MAX_KEY = 255;

const padded = (text: string, length: number) => text.padEnd(length, 'x');
const longId = (what: string) => padded(unique(what), MAX_ID);

let made: string | undefined;
afterAll(async () => {
  if (made !== undefined) await discard(made);
});

interface Result {
  outcome: string;
  detail?: string;
}

test('a thousand events with the longest ids, keys and texts stay below the size that Temporal warns of', {
  timeout: TIMEOUT_MS,
}, async () => {
  const [customerId, contactId, productId] = [longId('customer'), longId('contact'), longId('product')];
  await ask('PUT', `/v1/customers/${customerId}`, { type: 'account', name: 'Long' });
  await ask('PUT', `/v1/contacts/${contactId}`, { customerId, name: 'Long' });
  await ask('PUT', `/v1/products/${productId}`, { name: 'Long' });
  const { id } = await anActive(customerId, { totalTerm: 1_000_000 });
  made = id;
  const run = unique('run');
  const caseId = (n: number) => padded(`${run}-${n}`, MAX_ID);
  const key = (kind: string, n: number) => padded(`${kind}-${run}-${n}`, MAX_KEY);
  const numbers = Array.from({ length: EVENTS }, (_, n) => n);
  const send = async (events: readonly object[]) => {
    // On a busy machine the API may answer 503: every caller is told to send the same again.
    const body = await soon(async () => {
      const answer = await ask<{ results: Result[] }>('POST', '/v1/case-events', { events });
      expect(answer.status).toBe(200);
      return answer.body;
    }, BUSY_MS);
    expect(body.results.filter(({ outcome }) => outcome !== 'accepted')).toEqual([]);
    expect(body.results).toHaveLength(events.length);
  };
  // Three bytes each, as in most of the world's scripts.
  const reason = '漢'.repeat(500);
  await send(
    numbers.map((n) => ({
      kind: 'attach',
      key: key('attach', n),
      caseId: caseId(n),
      customerId,
      contactId,
      productId,
      channel: 'email',
      title: '漢'.repeat(200),
      entitlementId: id,
      override: { reason },
    })),
  );
  await send(
    numbers.map((n) => ({ kind: 'update', key: key('update', n), caseId: caseId(n), channel: 'phone', reason })),
  );
  await send(numbers.map((n) => ({ kind: 'resolve', key: key('resolve', n), caseId: caseId(n), minutes: 5 })));
  // The same again: what it answers was forgotten, and is loaded.
  await send(numbers.map((n) => ({ kind: 'resolve', key: key('resolve', n), caseId: caseId(n), minutes: 5 })));
  // What the workflow writes by itself.
  for (const n of numbers.slice(0, 150)) {
    const event = { key: key('signal', n), caseId: caseId(n), reason };
    await workflowOf(id).signal('cancelCase', event);
  }
  await soon(async () => {
    const rows = (await ledger(id)).filter(({ kind }) => kind === 'case_canceled');
    expect(rows).toHaveLength(150);
  }, BUSY_MS);
  expect(await entitlement(id)).toMatchObject({ openCases: 0, remainingTerm: 1_000_000 - EVENTS + 150 });
  await sleep(1_000);
  const { largest, runs } = await payloadSizes(`entitlement/${id}`);
  console.error(`${runs} runs, largest payload ${largest.bytes} bytes: ${largest.event}`);
  expect(largest.bytes).toBeLessThan(WARNS_AT_BYTES);
  expect(runs).toBeGreaterThan(1);
});
