import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { type Answer, aCustomer, aDraft, anActive, ask, attach, type ProblemView } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { unique } from '../../support/unique.ts';

/** Problem details, whole: the code, and the field that is to blame where there is one. */
function expectProblem({ status, headers, body }: Answer<ProblemView>, expected: number, code: string, field?: string) {
  expect([status, body.code, body.detail]).toEqual([expected, code, expect.any(String)]);
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(body).toMatchObject({ type: `urn:allot:problem:${code}`, status, title: expect.any(String) });
  expect(body.instance).toMatch(/^\//);
  if (field !== undefined) expect(body.errors?.map((error) => error.field)).toContain(field);
}

const bad = (method: string, path: string, body?: unknown, options = {}) =>
  ask<ProblemView>(method, path, body, options);

let customerId: string;
let contactId: string;
let foreignContactId: string;
let draft: EntitlementView;
let active: EntitlementView;
beforeAll(async () => {
  customerId = await aCustomer();
  const foreign = await aCustomer();
  [contactId, foreignContactId] = [unique('contact'), unique('contact')];
  await ask('PUT', `/v1/contacts/${contactId}`, { customerId, name: 'Ada' });
  await ask('PUT', `/v1/contacts/${foreignContactId}`, { customerId: foreign, name: 'Bob' });
  draft = await aDraft(customerId);
  active = await anActive(customerId);
});

describe('a caller', () => {
  const asking = async (headers: Record<string, string>): Promise<Answer<ProblemView>> => {
    const response = await fetch(`${inject('apiUrl')}/v1/settings`, { headers });
    return { status: response.status, headers: response.headers, body: (await response.json()) as ProblemView };
  };
  test.each([
    ['no key', {}],
    ['an unknown key', { authorization: 'Bearer allot_unknown' }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${btoa('user:password')}` }],
    ['an unknown X-API-Key', { 'x-api-key': 'allot_unknown' }],
    ['a key that is not ASCII', { authorization: 'Bearer \u00ff\u00fe' }],
  ])('with %s is unauthenticated', async (_name, headers: Record<string, string>) => {
    const answer = await asking(headers);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('is accepted with the key in either header', async () => {
    expect((await asking({ authorization: `bearer ${inject('apiKey')}` })).status).toBe(200);
    expect((await asking({ 'x-api-key': inject('apiKey') })).status).toBe(200);
  });
});

describe('a request that cannot be read is refused with problem details', () => {
  const post = (body: string, headers: Record<string, string> = {}) => bad('POST', '/v1/cases', body, { headers });

  test('an unknown route', async () => {
    for (const path of ['/v1/nothing', '/nothing', '/v1', '/v1/cases/a/explode', '/v1/customers/a/b'])
      expectProblem(await bad('GET', path), 404, 'not_found');
  });

  test('a body that is not a JSON object', async () => {
    for (const body of ['{', '', 'null', '"text"', '5', '[]', '[{}]', '{"id": 1,}'])
      expectProblem(await post(body), 400, 'validation_failed');
  });

  test('a body of 2 MB', async () => {
    expectProblem(await post(JSON.stringify({ title: 'x'.repeat(2_000_000) })), 413, 'validation_failed');
  });

  test('an unknown charset or encoding', async () => {
    const odd = { 'content-type': 'application/json; charset=klingon' };
    expectProblem(await post('{}', odd), 415, 'validation_failed');
    expectProblem(await post('{}', { 'content-encoding': 'snappy' }), 415, 'validation_failed');
    expectProblem(await post('{}', { 'content-encoding': 'gzip' }), 400, 'validation_failed');
  });

  test('a body of another content type, which is never ignored in silence', async () => {
    const { body: supportCase } = await attach(active);
    const headers = { 'content-type': 'text/plain' };
    const resolved = await bad('POST', `/v1/cases/${supportCase.id}/resolve`, '{"minutes": 30}', { headers });
    expectProblem(resolved, 415, 'validation_failed');
    expectProblem(await post('{"id": "a"}', { 'content-type': 'application/xml' }), 415, 'validation_failed');
  });

  test('a path that is not text, and an id that breaks the rule for ids', async () => {
    expectProblem(await bad('GET', '/v1/customers/%ff'), 400, 'validation_failed');
    for (const id of ['a%20b', '%00', 'a%2Fb', 'x'.repeat(201), '%F0%9F%98%80'])
      expectProblem(await bad('GET', `/v1/customers/${id}`), 400, 'validation_failed', 'id');
  });
});

describe('fields of an entitlement', () => {
  const complete = () => ({
    name: 'Bad',
    customerId,
    startDate: dayFromNow(0),
    endDate: dayFromNow(30),
    allocationType: 'cases',
    totalTerm: 3,
  });
  test.each<[field: string, more: Record<string, unknown>]>([
    ['name', { name: '' }],
    ['name', { name: '   ' }],
    ['name', { name: 'x'.repeat(201) }],
    ['name', { name: undefined }],
    ['startDate', { startDate: '2027-02-29' }],
    ['startDate', { startDate: '2027-1-1' }],
    ['startDate', { startDate: '2027-01-01T00:00:00Z' }],
    ['endDate', { endDate: '31.12.2027' }],
    ['endDate', { endDate: dayFromNow(-1) }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['timeZone', { timeZone: '+02:00' }],
    ['timeZone', { timeZone: '__proto__' }],
    ['allocationType', { allocationType: 'incidents' }],
    ['totalTerm', { totalTerm: undefined }],
    ['totalTerm', { totalTerm: null }],
    ['totalTerm', { totalTerm: -1 }],
    ['totalTerm', { totalTerm: 1.5 }],
    ['totalTerm', { totalTerm: '3' }],
    ['totalTerm', { totalTerm: 100_000_001 }],
    ['totalTerm', { allocationType: 'unlimited', totalTerm: 3 }],
    ['restrict', { allocationType: 'unlimited', totalTerm: null, restrict: true }],
    ['restrict', { restrict: 'yes' }],
    ['overage', { restrict: true, overage: 'allow' }],
    ['decreaseRemainingOn', { decreaseRemainingOn: 'closing' }],
    ['hold', { hold: true, decreaseRemainingOn: 'creation' }],
    ['channels.0.totalTerm', { channels: [{ channel: 'phone', totalTerm: 4 }] }],
    ['channels.0.channel', { channels: [{ channel: 'PHONE' }] }],
    ['channels', { channels: [{ channel: 'pigeon' }] }],
    ['channels', { channels: [{ channel: 'phone' }, { channel: 'phone' }] }],
    [
      'channels.0.totalTerm',
      { allocationType: 'unlimited', totalTerm: null, channels: [{ channel: 'phone', totalTerm: 1 }] },
    ],
    ['productIds.0', { productIds: ['a b'] }],
    ['contactIds', { contactIds: 'ada' }],
    ['customerId', { customerId: 'no such id' }],
    ['surprise', { surprise: 1 }],
  ])('with a wrong %s are refused: %o', async (field, more) => {
    expectProblem(await bad('POST', '/v1/entitlements', { ...complete(), ...more }), 400, 'validation_failed', field);
  });

  test('are checked in an edit as well, and the draft stays as it was', async () => {
    const path = `/v1/entitlements/${draft.id}`;
    for (const [field, patch] of [
      ['totalTerm', { totalTerm: -1 }],
      ['totalTerm', { totalTerm: null }],
      ['endDate', { endDate: dayFromNow(-2) }],
      ['channels.0.totalTerm', { channels: [{ channel: 'phone', totalTerm: 4 }] }],
      ['totalTerm', { allocationType: 'unlimited' }],
      ['', {}],
      ['', { id: 'another' }],
      ['', { remainingTerm: 5 }],
    ] as const)
      expectProblem(await bad('PATCH', path, patch), 400, 'validation_failed', field);
    expect((await ask('GET', path)).body).toEqual(draft);
  });

  test('must name existing records', async () => {
    const post = (more: Record<string, unknown>) => bad('POST', '/v1/entitlements', { ...complete(), ...more });
    expectProblem(await post({ customerId: 'nobody' }), 404, 'not_found', 'customerId');
    expectProblem(await post({ contactIds: ['nobody'] }), 404, 'not_found', 'contactIds');
    expectProblem(await post({ productIds: ['nothing'] }), 404, 'not_found', 'productIds');
    expectProblem(await post({ contactIds: [foreignContactId] }), 422, 'contact_of_other_customer', 'contactIds');
    const other = await aCustomer();
    await ask('PATCH', `/v1/entitlements/${draft.id}`, { contactIds: [contactId] });
    const moved = await bad('PATCH', `/v1/entitlements/${draft.id}`, { customerId: other });
    expectProblem(moved, 422, 'contact_of_other_customer', 'contactIds');
    await ask('PATCH', `/v1/entitlements/${draft.id}`, { contactIds: [] });
    draft = (await ask<EntitlementView>('GET', `/v1/entitlements/${draft.id}`)).body;
  });
});

describe('headers', () => {
  test.each(['7', '"x"', '""', '"-1"', '"1", "2"', '"99999999999"'])('If-Match: %s', async (version) => {
    const options = { headers: { 'if-match': version } };
    const answer = await bad('PATCH', `/v1/entitlements/${draft.id}`, { name: 'New' }, options);
    expectProblem(answer, 400, 'validation_failed', 'If-Match');
  });

  test.each(['', 'with blank', 'k'.repeat(256), 'k\u00e9y'])('Idempotency-Key: %s', async (key) => {
    const answer = await bad('POST', '/v1/cases', { id: unique('case'), customerId }, { key });
    expectProblem(answer, 400, 'validation_failed', 'Idempotency-Key');
  });
});
