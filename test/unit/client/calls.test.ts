import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ClientOptions, createClient } from '../../../client/client.ts';
import { ApiRefusal, Unanswered } from '../../../client/refusal.ts';
import { terminalMessage } from '../../../client/terminal.ts';

type Sent = Parameters<NonNullable<ClientOptions['fetch']>>;
type Reply = Response | Error;

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

const UNAVAILABLE = { code: 'unavailable', title: 'Unavailable', detail: 'The database does not answer.' };
const PATIENCE_MS = 10_000;

/** A client whose calls get the replies in turn, and what it sent and waited for. */
function clientWith(replies: readonly Reply[], more: Partial<ClientOptions> = {}) {
  const sent: Sent[] = [];
  const waits: [reason: string, ms: number][] = [];
  const allot = createClient({
    url: 'http://allot.test/',
    apiKey: 'secret',
    patienceMs: PATIENCE_MS,
    onWait: (reason, ms) => waits.push([reason, ms]),
    fetch: async (...call) => {
      const reply = replies[sent.length];
      sent.push(call);
      if (reply instanceof Response) return reply;
      throw reply ?? new Error('one call too many');
    },
    ...more,
  } as ClientOptions);
  return { allot, sent, waits };
}

const keys = (sent: readonly Sent[]) => sent.map(([, { headers }]) => headers['idempotency-key']);
const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const unreachable = () =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Runs a call to its end while the clock moves on by itself. */
async function whileTimePasses<Value>(call: Promise<Value>): Promise<Value> {
  let isOver = false;
  const ended = call.finally(() => {
    isOver = true;
  });
  ended.catch(() => undefined);
  while (!isOver) await vi.advanceTimersByTimeAsync(1_000);
  return ended;
}

const CASE = { id: 'case-1', customerId: 'contoso' };

describe('a call', () => {
  test('carries the credential, the path and query in their encoding, and answers the body', async () => {
    const { allot, sent } = clientWith([json(200, { id: 'a/b' })]);
    expect(await allot.get('/v1/cases/{id}', { params: { path: { id: 'a/b' } } })).toEqual({ id: 'a/b' });
    expect(sent[0]?.[0]).toBe('http://allot.test/v1/cases/a%2Fb');
    expect(sent[0]?.[1]).toMatchObject({ method: 'GET', headers: { authorization: 'Bearer secret' } });
  });

  test('asks for the token before each attempt', async () => {
    const tokens = ['old', 'new'];
    const getToken = () => tokens.shift() ?? null;
    const { allot, sent } = clientWith([json(503, UNAVAILABLE), json(200, {})], {
      apiKey: undefined,
      getToken,
    } as never);
    await whileTimePasses(allot.get('/v1/settings'));
    expect(sent.map(([, { headers }]) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  test('without a body in the answer answers undefined', async () => {
    const { allot } = clientWith([new Response(null, { status: 204 })]);
    expect(await allot.delete('/v1/templates/{id}', { params: { path: { id: 't' } } })).toBeUndefined();
  });
});

describe('a call that got no answer, 429, 502, 503 or 504', () => {
  test('is sent again with the same key and body until it is answered', async () => {
    const replies = [
      unreachable(),
      ...[429, 502, 503, 504].map((status) => json(status, UNAVAILABLE)),
      json(201, CASE),
    ];
    const { allot, sent, waits } = clientWith(replies);
    expect(await whileTimePasses(allot.post('/v1/cases', { body: CASE }))).toEqual(CASE);
    expect(sent).toHaveLength(6);
    expect(new Set(keys(sent)).size).toBe(1);
    expect(keys(sent)[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(sent.map(([, { body }]) => body))).toEqual(new Set([JSON.stringify(CASE)]));
    expect(waits.map(([reason]) => reason)).toEqual([
      'ECONNREFUSED',
      ...[429, 502, 503, 504].map((status) => `it answered ${status}`),
    ]);
  });

  test('waits as long as Retry-After asks for', async () => {
    const { allot, waits } = clientWith([json(429, {}, { 'retry-after': '7' }), json(200, {})]);
    await whileTimePasses(allot.get('/v1/settings'));
    expect(waits).toEqual([['it answered 429', 7_000]]);
  });

  test('keeps the key of the caller', async () => {
    const { allot, sent } = clientWith([unreachable(), json(201, CASE)]);
    const params = { header: { 'Idempotency-Key': 'mine' } };
    await whileTimePasses(allot.post('/v1/cases', { params, body: CASE }));
    expect(keys(sent)).toEqual(['mine', 'mine']);
  });

  test('ends when patience ends: refused if there was an answer, unanswered if there was none', async () => {
    const busy = clientWith(Array.from({ length: 99 }, () => json(503, UNAVAILABLE, { 'retry-after': '2' })));
    const refusal = await refused(whileTimePasses(busy.allot.get('/v1/settings')));
    expect(refusal).toBeInstanceOf(ApiRefusal);
    expect(refusal).toMatchObject({ status: 503, code: 'unavailable', retryAfterSeconds: 2 });
    expect(terminalMessage(refusal)).toBe(
      'The API at http://allot.test did not take GET /v1/settings for 10 s (it answered 503). Make sure that it runs, ' +
        'then repeat the command: it goes on where it stopped, and nothing counts twice.',
    );
    const away = clientWith(Array.from({ length: 99 }, unreachable));
    const lost = await refused(whileTimePasses(away.allot.get('/v1/settings')));
    expect(lost).toBeInstanceOf(Unanswered);
    expect(terminalMessage(lost)).toContain('for 10 s (ECONNREFUSED)');
  });

  test('is not sent again without patience, nor when it is a DELETE', async () => {
    const hasty = clientWith([json(503, UNAVAILABLE)], { patienceMs: 0 });
    expect(await refused(hasty.allot.get('/v1/settings'))).toMatchObject({ status: 503, call: { triedForMs: 0 } });
    const once = clientWith([unreachable()]);
    const lost = await refused(once.allot.delete('/v1/templates/{id}', { params: { path: { id: 't' } } }));
    expect(lost).toBeInstanceOf(Unanswered);
    expect(once.sent).toHaveLength(1);
  });

  test('counts as lost after the time for an answer', async () => {
    const never: ClientOptions['fetch'] = (_url, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { allot } = clientWith([], { fetch: never, patienceMs: 0, answerTimeoutMs: 3_000 });
    const lost = await refused(whileTimePasses(allot.get('/v1/settings')));
    expect(lost).toMatchObject({ name: 'Unanswered', reason: 'no answer within 3 s' });
  });
});

describe('a call ends at once', () => {
  test('when its caller gives it up', async () => {
    const { allot, sent } = clientWith([unreachable()]);
    const giveUp = new AbortController();
    const call = refused(allot.get('/v1/settings', { signal: giveUp.signal }));
    await vi.advanceTimersByTimeAsync(0);
    giveUp.abort();
    expect(await call).toMatchObject({ name: 'AbortError' });
    expect(sent).toHaveLength(1);
  });

  test('when the client is closed', async () => {
    const { allot } = clientWith([unreachable()]);
    const call = refused(allot.get('/v1/settings'));
    await vi.advanceTimersByTimeAsync(0);
    await allot.close();
    expect(await call).toMatchObject({ name: 'AbortError' });
  });
});

describe('a refusal', () => {
  test('has the members of the problem, the errors by field and whether it is repeated', async () => {
    const errors = [
      { field: 'name', message: 'must not be empty' },
      { field: 'name', message: 'must be a text' },
      { field: 'timeZone', message: 'is not known' },
    ];
    const problem = { code: 'validation_failed', title: 'Wrong input', detail: 'Two fields.', errors, repeated: true };
    const { allot, sent } = clientWith([json(400, problem)]);
    const error = await refused(allot.get('/v1/settings'));
    expect(error).toBeInstanceOf(ApiRefusal);
    expect(error).toMatchObject({ status: 400, code: 'validation_failed', errors, repeated: true, body: problem });
    expect([...(error as ApiRefusal).errorsByField]).toEqual([
      ['name', 'must not be empty'],
      ['timeZone', 'is not known'],
    ]);
    expect((error as ApiRefusal).message).toContain('GET /v1/settings with 400 validation_failed: Two fields.');
    expect(sent).toHaveLength(1);
  });

  test('of a key tells the person at a terminal which setting to check', async () => {
    const { allot } = clientWith([json(401, { code: 'unauthenticated', detail: 'The key is not known.' })]);
    expect(terminalMessage(await refused(allot.get('/v1/settings')))).toMatch(/not known\. \(check ALLOT_API_KEY\)$/);
  });

  test('that is no problem has the code unknown; a page instead of JSON is no answer of the API', async () => {
    const page = (status: number) => new Response('<p>', { status, headers: { 'content-type': 'text/html' } });
    const { allot } = clientWith([page(404), page(200)]);
    expect(await refused(allot.get('/v1/settings'))).toMatchObject({
      name: 'ApiRefusal',
      status: 404,
      code: 'unknown',
    });
    expect(await refused(allot.get('/v1/settings'))).toMatchObject({
      name: 'Unanswered',
      reason: 'a page came instead of JSON: is http://allot.test Allot?',
    });
  });
});

describe('a list', () => {
  const pages = [
    json(200, { items: [{ id: 'a' }, { id: 'b' }], nextCursor: 'x' }),
    json(200, { items: [{ id: 'c' }], nextCursor: null }),
  ];

  test('is read page by page, with the query of the caller', async () => {
    const { allot, sent } = clientWith(pages);
    const found: string[] = [];
    for await (const { id } of allot.items('/v1/products', { params: { query: { family: 'f', limit: 2 } } }))
      found.push(id);
    expect(found).toEqual(['a', 'b', 'c']);
    expect(sent.map(([url]) => new URL(url).search)).toEqual(['?family=f&limit=2', '?family=f&limit=2&cursor=x']);
  });

  test('asks for no page that is not needed', async () => {
    const { allot, sent } = clientWith([json(200, { items: [{ id: 'a' }], nextCursor: 'x' })]);
    for await (const _product of allot.items('/v1/products')) break;
    expect(sent).toHaveLength(1);
  });
});
