import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { projectDir } from '../../../runtime/project-dir.ts';
import { checkAnswer } from '../../support/answer-schemas.ts';
import { ask } from '../../support/api-client.ts';
import { openApiDocument } from '../../support/openapi-document.ts';

interface Operation {
  responses: Record<string, { content?: Record<string, unknown> }>;
  requestBody?: unknown;
  parameters?: { name: string; schema: unknown }[];
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
}

const withoutKey = (path: string, method = 'GET') => fetch(inject('apiUrl') + path, { method });

let document: Document;
beforeAll(async () => {
  document = await openApiDocument<Document>();
});

const operations = (): [method: string, path: string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
      method.toUpperCase(),
      path,
      operation,
    ]),
  );

const successes = (): unknown[] =>
  operations().flatMap(([, , { responses }]) =>
    Object.entries(responses).flatMap(([status, { content }]) => (status.startsWith('2') ? [content] : [])),
  );

/** The schemas of objects with members of their own in a part of the document, and in all that it refers to. */
function objectsOf(node: unknown, seen = new Set<unknown>()): object[] {
  if (typeof node !== 'object' || node === null || seen.has(node)) return [];
  seen.add(node);
  const own = 'properties' in node && 'type' in node ? [node] : [];
  const referred = '$ref' in node ? [referredTo(String(node.$ref))] : [];
  return [...own, ...[...Object.values(node), ...referred].flatMap((part) => objectsOf(part, seen))];
}

const referredTo = (target: string): unknown =>
  target
    .slice(2)
    .split('/')
    .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], document);

/** The routes that others rely on. */
const SERVED = [
  ...['customers', 'contacts', 'products', 'slas'].flatMap((what) => [
    `PUT /v1/${what}/{id}`,
    `GET /v1/${what}/{id}`,
    `GET /v1/${what}`,
  ]),
  'POST /v1/entitlements',
  'GET /v1/entitlements',
  'GET /v1/entitlements/{id}',
  'PATCH /v1/entitlements/{id}',
  'DELETE /v1/entitlements/{id}',
  'POST /v1/entitlements/{id}/activate',
  'POST /v1/entitlements/{id}/deactivate',
  'POST /v1/entitlements/{id}/cancel',
  'POST /v1/entitlements/{id}/renew',
  'GET /v1/entitlements/{id}/ledger',
  'GET /v1/entitlements/{id}/history',
  'POST /v1/cases',
  'GET /v1/cases/{id}',
  'PATCH /v1/cases/{id}',
  'POST /v1/cases/{id}/resolve',
  'POST /v1/cases/{id}/cancel',
  'POST /v1/cases/{id}/reactivate',
  'POST /v1/cases/{id}/decrement',
  'POST /v1/case-events',
  'POST /v1/templates',
  'GET /v1/templates',
  'GET /v1/templates/{id}',
  'PUT /v1/templates/{id}',
  'DELETE /v1/templates/{id}',
  'GET /v1/renewals',
  'GET /v1/renewals/{id}',
  'POST /v1/renewals/{id}/accept',
  'POST /v1/renewals/{id}/decline',
  'POST /v1/renewals/{id}/snooze',
  'POST /v1/opportunities',
  'GET /v1/opportunities',
  'GET /v1/opportunities/{id}',
  'GET /v1/settings',
  'PUT /v1/settings',
  'POST /v1/webhooks',
  'GET /v1/webhooks',
  'GET /v1/webhooks/{id}',
  'PATCH /v1/webhooks/{id}',
  'DELETE /v1/webhooks/{id}',
  'POST /v1/webhooks/{id}/rotate',
  'GET /v1/deliveries',
  'GET /v1/deliveries/{id}',
  'POST /v1/deliveries/{id}/redeliver',
  'GET /v1/audit',
  ...['near-depletion', 'expiring', 'utilisation', 'high-touch', 'renewals', 'overrides'].map(
    (what) => `GET /v1/reports/${what}`,
  ),
];

test('/openapi.json is OpenAPI 3.1 and documents every route that others rely on', () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(operations().map(([method, path]) => `${method} ${path}`)).toEqual(expect.arrayContaining(SERVED));
});

test('/openapi.json is the committed openapi.json', async () => {
  expect(document).toEqual(JSON.parse(await readFile(join(projectDir, 'openapi.json'), 'utf8')));
});

test('every reference in /openapi.json can be resolved', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target ?? '');
  expect(references.length).toBeGreaterThan(0);
  for (const target of new Set(references)) {
    expect([target, referredTo(target)]).toEqual([target, expect.any(Object)]);
  }
});

test('every success with a body documents all its members', () => {
  for (const [method, path, { responses }] of operations()) {
    for (const [status, { content }] of Object.entries(responses)) {
      if (!status.startsWith('2') || status === '204') continue;
      expect([method, path, status, content]).toEqual([
        method,
        path,
        status,
        expect.objectContaining({ 'application/json': { schema: expect.any(Object) } }),
      ]);
      if (path.startsWith('/v1/reports/')) expect(content).toHaveProperty(['text/csv']);
    }
  }
  expect(objectsOf(successes())).not.toEqual([]);
  for (const object of objectsOf(successes())) expect(object).toMatchObject({ additionalProperties: false });
});

test('checkAnswer finds a missing or extra member and an undocumented status', async () => {
  const { body } = await ask('GET', '/v1/settings');
  const { matching: _left, ...less } = body;
  const told = (status: number, answer: unknown) => checkAnswer('GET', '/v1/settings', status, answer);
  await expect(told(200, { ...body, more: 1 })).rejects.toThrow(/GET \/v1\/settings answered 200 .*\n.*"more"/);
  await expect(told(200, less)).rejects.toThrow('"matching"');
  await expect(told(200, { ...body, channels: ['email', 7] })).rejects.toThrow('/channels/1 must be string');
  await expect(told(200, undefined)).rejects.toThrow('must be object');
  await expect(told(201, body)).rejects.toThrow('is not documented');
  await expect(checkAnswer('DELETE', '/v1/webhooks/whk_1', 204, {})).rejects.toThrow('no schema');
});

/** What a path gets that no route serves. */
const UNKNOWN_ROUTE = 'There is no route';

test('every documented route is served, needs a key, and documents its refusals', async () => {
  expect(operations().length).toBeGreaterThan(20);
  expect((await ask('GET', '/v1/nothing')).body.detail).toContain(UNKNOWN_ROUTE);
  for (const [method, path, { responses }] of operations()) {
    const url = path.replace('{id}', 'no-such-id');
    const refused = await withoutKey(url, method);
    expect([method, path, refused.status]).toEqual([method, path, 401]);
    expect(await refused.json()).toMatchObject({ code: 'unauthenticated' });
    const { status, body } = await ask(method, url, method === 'GET' || method === 'DELETE' ? undefined : {});
    expect([method, path, JSON.stringify(body).includes(UNKNOWN_ROUTE)]).toEqual([method, path, false]);
    expect(Object.keys(responses)).toContain(String(status));
    expect(responses['401']?.content).toHaveProperty(['application/problem+json']);
    expect(Object.keys(responses).some((answer) => answer.startsWith('2'))).toBe(true);
  }
});

test('/docs serves its page and all files that the page names, without a key', async () => {
  const page = await withoutKey('/docs');
  expect(page.headers.get('content-type')).toContain('text/html');
  const files = [...(await page.text()).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file]) => file ?? '');
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    expect(file).toMatch(/^\//);
    const served = await withoutKey(file);
    expect([file, served.status]).toEqual([file, 200]);
    expect(served.headers.get('content-type')).toMatch(/css|javascript/);
  }
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
});

test('/docs works over plain HTTP from another machine: it does not demand HTTPS for its files', async () => {
  const page = await withoutKey('/docs');
  expect(page.headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
});

test('/healthz, /readyz with its checks and /metrics answer without a key', async () => {
  expect(await (await withoutKey('/healthz')).json()).toEqual({ status: 'alive' });
  const ready = await withoutKey('/readyz');
  expect(ready.status).toBe(200);
  expect(await ready.json()).toEqual({
    status: 'ready',
    checks: { database: 'ok', temporal: 'ok', worker: 'ok', payloadKeys: 'ok' },
  });
  await ask('GET', '/v1/settings');
  const metrics = await withoutKey('/metrics');
  expect(metrics.headers.get('content-type')).toContain('text/plain');
  expect(await metrics.text()).toMatch(
    /allot_http_request_seconds_count\{route="get \/v1\/settings",status="200"\} \d/,
  );
});

test('/openapi.json documents what the code checks beyond types', () => {
  const text = JSON.stringify(document);
  const schema = (name: string) => document.components.schemas[name] as { properties: Record<string, unknown> };
  expect(Object.keys(schema('Problem').properties)).toEqual(
    expect.arrayContaining(['code', 'errors', 'entitlementId', 'remainingTerm', 'seq', 'repeated']),
  );
  expect(schema('SettingsChanges').properties.channels).toMatchObject({ uniqueItems: true });
  expect(schema('WebhookInput').properties.types).toMatchObject({ uniqueItems: true });
  expect(schema('BusinessHoursInput').properties.holidays).toMatchObject({ uniqueItems: true });
  expect(schema('EntitlementInput').properties.channels).toMatchObject({ uniqueItems: true });
  expect(schema('EntitlementInput').properties.timeZone).toMatchObject({ format: 'iana-time-zone' });
  expect(JSON.stringify(schema('EntitlementInput').properties.overage)).toContain('needs `overagePrice`');
  expect(text).toContain('"MethodNotAllowed"');
  for (const [method, path, { responses, requestBody }] of operations()) {
    const told = Object.keys(responses);
    expect([method, path, told]).toEqual([method, path, expect.arrayContaining(['401', '403', '429', '431', '503'])]);
    if (requestBody !== undefined) expect(told).toEqual(expect.arrayContaining(['400', '408', '413', '415']));
    if (path.includes('{id}')) expect(told).toEqual(expect.arrayContaining(['400', '404']));
  }
});

test('every cursor has the documented form', () => {
  const cursors = operations().flatMap(([, , operation]) =>
    (operation.parameters ?? []).filter(({ name }) => name === 'cursor').map(({ schema }) => schema),
  );
  expect(cursors.length).toBeGreaterThan(5);
  for (const schema of cursors) expect(schema).toMatchObject({ pattern: '^[A-Za-z0-9._-]+$' });
});
