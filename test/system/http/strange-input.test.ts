import { afterEach, describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import {
  aCustomer,
  aDraft,
  anActive,
  ask,
  attach,
  caseEvents,
  entitlement,
  ledger,
  onCase,
} from '../../support/api-client.ts';
import { discard, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const made: string[] = [];
afterEach(async () => {
  // A row that the ledger cannot take would be tried again for ever, beside the rows of other tests.
  await Promise.all(made.splice(0).map(discard));
});

async function anOwn(): Promise<EntitlementView> {
  const active = await anActive(await aCustomer());
  made.push(active.id);
  return active;
}

const STRANGE_IDS = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '..',
  '.',
  '~',
  '@:@',
  '0',
  '-1',
  'null',
];
const LONG_ID = 'x'.repeat(200);

/** Text that PostgreSQL or UTF-8 cannot hold: it is refused as such, or kept in a form that can be read back. */
const UNSTORABLE = ['nul \u0000 character', '\u0000', 'lone \ud800 surrogate', '\udfff'];

describe('names that mean something to JavaScript work like any others', () => {
  test.each([...STRANGE_IDS, LONG_ID])('as an id: %s', async (id) => {
    const url = encodeURIComponent(id).replaceAll('.', '%2E');
    // A URL's own dots are taken out by every client: an id of dots can only come in a body.
    const isPath = id !== '.' && id !== '..';
    if (isPath) {
      const put = await ask('PUT', `/v1/customers/${url}`, { type: 'account', name: 'Strange' });
      expect(put.status).toBeOneOf([200, 201]);
      expect((await ask('GET', `/v1/customers/${url}`)).body).toMatchObject({ id });
      const product = await ask('PUT', `/v1/products/${url}`, { name: 'Strange' });
      expect(product.status).toBeOneOf([200, 201]);
    }
    const active = await anActive(isPath ? id : await aCustomer(), isPath ? { productIds: [id] } : {});
    const more = isPath ? { productId: id } : {};
    const event = {
      kind: 'attach',
      key: `${id}`.slice(0, 100) + unique(':'),
      caseId: id,
      customerId: active.customerId,
    };
    const results = await caseEvents([
      { ...event, ...more, entitlementId: active.id },
      { kind: 'resolve', key: unique('key'), caseId: id },
      { kind: 'reactivate', key: unique('key'), caseId: id },
      { kind: 'cancel', key: unique('key'), caseId: id },
    ]);
    expect(results.map(({ change, code }) => code ?? change)).toEqual([-1, 0, 0, 1]);
    if (isPath) expect((await ask('GET', `/v1/cases/${url}`)).body).toMatchObject({ id, status: 'canceled' });
    expect((await entitlement(active.id)).remainingTerm).toBe(3);
  });

  test('as idempotency keys', async () => {
    const active = await anActive(await aCustomer(), { totalTerm: 4 });
    made.push(active.id);
    for (const key of ['__proto__', 'constructor', 'k'.repeat(255)].map((name) => name.slice(0, 240) + unique(':')))
      for (let n = 0; n < 2; n++) {
        const { status } = await attach(active, { id: unique('case') }, { key });
        expect(status).toBe(n === 0 ? 201 : 409);
      }
    const { body } = await attach(active, { id: '__proto__:1' }, { key: '__proto__' });
    expect([body.code, body.change]).toEqual([undefined, -1]);
  });

  test('as channels, each with its own term', async () => {
    const { body: before } = await ask<{ channels: string[] }>('GET', '/v1/settings');
    const strange = ['constructor', 'valueof', 'hasownproperty', '0'];
    await ask('PUT', '/v1/settings', { channels: [...new Set([...before.channels, ...strange])] });
    const channels = strange.map((channel) => ({ channel, totalTerm: 1 }));
    const active = await anActive(await aCustomer(), { totalTerm: 10, channels });
    for (const channel of strange) {
      expect((await attach(active, { channel })).status).toBe(201);
      expect((await attach(active, { channel })).body.code).toBe('channel_exhausted');
    }
    expect((await entitlement(active.id)).channels.map(({ remainingTerm }) => remainingTerm)).toEqual([0, 0, 0, 0]);
    expect(await ask('PUT', '/v1/settings', { channels: ['__proto__'] })).toMatchObject({ status: 400 });
  });

  test('but not as fields of a body, where they are unknown', async () => {
    const { customerId, id } = await anOwn();
    const body = `{"id": "${unique('case')}", "customerId": "${customerId}", "entitlementId": "${id}"`;
    for (const more of ['"__proto__": {"restrict": true}', '"constructor": {"prototype": {"x": 1}}'])
      expect((await ask('POST', '/v1/cases', `${body}, ${more}}`)).status).toBeOneOf([201, 400, 409]);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
    expect((await attach({ id, customerId })).status).toBe(201);
  });
});

test('text of any script is stored unchanged', async () => {
  const texts = [
    '🎟️ Einsatz für Zoë',
    '日本語の件名',
    'עברית',
    '"quotes" \\ and \'more\'',
    '$1; drop table cases --',
    '\u202e\u200b!',
  ];
  const active = await anActive(await aCustomer(), { name: texts.join(' '), totalTerm: texts.length });
  expect((await entitlement(active.id)).name).toBe(texts.join(' '));
  for (const title of texts) {
    const { body } = await attach(active, { title });
    expect((await ask('GET', `/v1/cases/${body.id}`)).body.title).toBe(title);
  }
});

describe.each(UNSTORABLE)('text that cannot be stored, %o, causes no 500 and delays nothing else', (text) => {
  const expectTaken = ({ status }: { status: number }) => expect(status).toBeOneOf([200, 201, 400]);

  test('in names of records', async () => {
    const customerId = await aCustomer();
    const names = [
      ask('PUT', `/v1/customers/${unique('c')}`, { type: 'account', name: text }),
      ask('PUT', `/v1/customers/${unique('c')}`, { type: 'account', name: 'x', tier: text }),
      ask('PUT', `/v1/contacts/${unique('c')}`, { customerId, name: text }),
      ask('PUT', `/v1/products/${unique('p')}`, { name: 'x', family: text }),
    ];
    for (const answer of await Promise.all(names)) expectTaken(answer);
  });

  test("in an entitlement's texts", async () => {
    const customerId = await aCustomer();
    for (const field of ['name', 'description', 'owner']) {
      const { id } = await aDraft(customerId);
      made.push(id);
      expectTaken(await ask('PATCH', `/v1/entitlements/${id}`, { [field]: text }));
      expect((await ask('POST', `/v1/entitlements/${id}/activate`)).status).toBe(200);
    }
  });

  test('in the reason of a command', async () => {
    const { id } = await anOwn();
    expectTaken(await ask('POST', `/v1/entitlements/${id}/deactivate`, { reason: text }));
    expect((await ask('POST', `/v1/entitlements/${id}/activate`)).status).toBeOneOf([200, 409]);
    expect((await entitlement(id)).status).toBe('active');
  });

  test("in a case's title, by post and by list", async () => {
    const active = await anOwn();
    expectTaken(await attach(active, { title: text }));
    const event = { kind: 'attach', key: unique('key'), caseId: unique('case'), customerId: active.customerId };
    const events = [{ ...event, entitlementId: active.id, title: text }];
    expectTaken(await ask('POST', '/v1/case-events', { events }));
    expectTaken(await ask('POST', '/v1/cases', { id: unique('case'), customerId: active.customerId, title: text }));
    const { status, body } = await attach(active);
    expect(status).toBe(201);
    expect(await onCase(body.id, 'resolve')).toMatchObject({ status: 200 });
  });

  test('in a case beside cases of others: theirs are written', async () => {
    const customerId = await aCustomer();
    const entitlements = await Promise.all(Array.from({ length: 8 }, () => anActive(customerId)));
    const strange = await anOwn();
    const answers = await Promise.all([
      ...entitlements.slice(0, 4).map((of) => attach(of)),
      attach(strange, { title: text }),
      ...entitlements.slice(4).map((of) => attach(of)),
    ]);
    expect(answers.toSpliced(4, 1).map(({ status }) => status)).toEqual(Array(8).fill(201));
  });

  test('in a signal: what comes after it still reaches the ledger', async () => {
    const active = await anOwn();
    const key = unique('key');
    await workflowOf(active.id).signal('attachCase', {
      key: unique('key'),
      caseId: unique('case'),
      title: text,
      by: text,
    });
    await workflowOf(active.id).signal('attachCase', { key, caseId: unique('case') });
    await soon(async () => expect((await ledger(active.id)).map((row) => row.key)).toContain(key));
  });

  test('in a query', async () => {
    const cursor = Buffer.from(text).toString('base64url');
    for (const path of ['customers', 'contacts', 'products', 'entitlements'])
      expectTaken(await ask('GET', `/v1/${path}?cursor=${cursor}`));
  });
});
