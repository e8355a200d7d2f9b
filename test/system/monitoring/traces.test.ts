import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type NodeProcess, startProcess } from '../../../dev/node-process.ts';
import { OtlpReceiver, type ReceivedSpan } from '../../../tools/monitoring/otlp-receiver.ts';
import { termInput } from '../../support/term-input.ts';
import { unique } from '../../support/unique.ts';
import { until } from '../../support/waiting.ts';

const SPANS_WITHIN_MS = 20_000;
const CALLER = { traceId: 'a1b2c3d4e5f60718293a4b5c6d7e8f90', spanId: '0123456789abcdef' };
/** Names that are sent in each field that takes one. None of them may be in what leaves the process. */
const SECRET = 'Zyxwv Confidential';

let receiver: OtlpReceiver;
let worker: NodeProcess;
let api: NodeProcess;

async function send(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${api.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${inject('apiKey')}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as { id: string } };
}

/** An active entitlement of a customer of its own. */
async function anActive(): Promise<{ id: string; customerId: string }> {
  const customerId = unique('traced');
  await send('PUT', `/v1/customers/${customerId}`, { type: 'account', name: `${SECRET} customer` });
  const { body } = await send('POST', '/v1/entitlements', termInput(customerId, { name: `${SECRET} contract` }));
  await send('POST', `/v1/entitlements/${body.id}/activate`);
  return { id: body.id, customerId };
}

const traceOf = (traceId: string, name: RegExp): Promise<readonly ReceivedSpan[]> =>
  until(`a span ${name} of trace ${traceId}`, SPANS_WITHIN_MS, async () => {
    const spans = receiver.trace(traceId);
    return spans.some((span) => name.test(span.name)) ? spans : undefined;
  });

/** The names of the spans from this one up to the first of the trace. */
function pathUp(spans: readonly ReceivedSpan[], from: ReceivedSpan | undefined): readonly string[] {
  if (from === undefined) return [];
  return [
    from.name,
    ...pathUp(
      spans,
      spans.find(({ spanId }) => spanId === from.parentId),
    ),
  ];
}

beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  const env = {
    DATABASE_URL: inject('databaseUrl'),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    ALLOT_TASK_QUEUE: unique('traced'),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '200',
  };
  [worker, api] = await Promise.all([startProcess('worker', env), startProcess('api', env)]);
});

afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  await receiver?.stop();
});

describe('with a receiver of traces', () => {
  test('a new case is one trace from HTTP through the update to SQL, and goes on from its caller', async () => {
    const { id, customerId } = await anActive();
    const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`;
    const opened = { id: unique('case'), customerId, entitlementId: id, title: `${SECRET} title`, channel: 'phone' };
    const { status, headers } = await send('POST', '/v1/cases', opened, { traceparent });
    expect(status).toBe(201);
    expect(headers.get('X-Trace-Id')).toBe(CALLER.traceId);

    await traceOf(CALLER.traceId, /^POST \/v1\/cases$/);
    await traceOf(CALLER.traceId, /^StartWorkflowUpdate:/);
    const spans = await traceOf(CALLER.traceId, /^handle /);
    const named = (name: RegExp) => spans.find((span) => name.test(span.name));
    expect(named(/^POST /)).toMatchObject({
      service: 'allot-api',
      parentId: CALLER.spanId,
      attributes: { 'http.route': '/v1/cases', 'http.response.status_code': '201' },
    });
    expect(pathUp(spans, named(/^StartWorkflowUpdate:applyCaseEvents/))).toEqual([
      'StartWorkflowUpdate:applyCaseEvents',
      'update applyCaseEvents',
      'group commit',
      'decide',
      'POST /v1/cases',
    ]);
    const handled = named(/^handle /);
    expect(handled?.service).toBe('allot-worker');
    expect(pathUp(spans, handled).slice(0, 3)).toEqual([
      'handle applyCaseEvents',
      'StartWorkflowUpdate:applyCaseEvents',
      'update applyCaseEvents',
    ]);
    expect(pathUp(spans, named(/^insert ledger/))).toEqual([
      expect.stringMatching(/^insert ledger/),
      'batch ledger_write',
      'ledger_write',
      'group commit',
      'decide',
      'POST /v1/cases',
    ]);
    // Every span of the trace has its parent in it, but the first.
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(spans.filter(({ parentId }) => !ids.has(parentId)).map(({ name }) => name)).toEqual(['POST /v1/cases']);
  });

  test('requests that share an update are linked to it', async () => {
    const { id, customerId } = await anActive();
    const answers = await Promise.all(
      Array.from({ length: 24 }, () =>
        send('POST', '/v1/cases', { id: unique('case'), customerId, entitlementId: id, channel: 'phone' }),
      ),
    );
    const traces = new Set(answers.map(({ headers }) => headers.get('X-Trace-Id')));
    expect(traces.size).toBe(24);
    await Promise.all([...traces].map((traceId) => traceOf(traceId ?? '', /^POST \/v1\/cases$/)));
    const spans = receiver.spans.filter(({ traceId }) => traces.has(traceId));
    const shared = spans.filter(({ name, links }) => name === 'group commit' && links.length > 0);
    expect(shared.length).toBeGreaterThan(0);
    for (const { spanId, links } of shared)
      for (const link of links) {
        const caller = spans.find((span) => span.spanId === link);
        expect(caller?.name).toBe('decide');
        expect(caller?.links).toContain(spanId);
      }
  });

  test('no name, title or text of an error leaves the process', async () => {
    const { id, customerId } = await anActive();
    const attach = () =>
      send('POST', '/v1/cases', { id: unique('case'), customerId, entitlementId: id, title: `${SECRET} title` });
    // The contract has three cases; the fourth is refused.
    const answers = [await attach(), await attach(), await attach(), await attach()];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 422]);
    const spans = await traceOf(answers[3]?.headers.get('X-Trace-Id') ?? '', /^POST \/v1\/cases$/);
    expect(spans.length).toBeGreaterThan(1);
    for (const body of receiver.bodies) {
      expect(body.includes(SECRET)).toBe(false);
      expect(body.includes(customerId)).toBe(false);
    }
    expect(
      receiver.spans.filter(({ statusMessage, eventNames }) => statusMessage !== '' || eventNames.length > 0),
    ).toEqual([]);
  });
});

test('without a receiver an answer has no trace, and the SDK is not loaded', async () => {
  const response = await fetch(`${inject('apiUrl')}/v1/me`, {
    headers: { authorization: `Bearer ${inject('apiKey')}` },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('X-Trace-Id')).toBe(null);
});
