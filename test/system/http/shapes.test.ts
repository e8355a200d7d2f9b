import fc from 'fast-check';
import { beforeAll, expect, inject, test } from 'vitest';
import { REFUSAL_STATUS } from '../../../domain/refusals.ts';
import { openApiDocument } from '../../support/openapi-document.ts';

/** Whatever comes, to every route and method of the contract: a refusal says why, and nothing breaks. */

const RUNS = Number(process.env.ALLOT_SHAPE_RUNS ?? 1_200);
const SEED = Number(process.env.ALLOT_SHAPE_SEED ?? Date.now() % 2_147_483_647);
const AT_ONCE = 4;
const CODES = new Set<unknown>(Object.keys(REFUSAL_STATUS));

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
}
interface Route {
  readonly method: string;
  readonly path: string;
  readonly queries: readonly string[];
  readonly fields: readonly string[];
}

let routes: readonly Route[];
beforeAll(async () => {
  const document = await openApiDocument<{ paths: Record<string, Record<string, Operation>> }>();
  const resolve = (node: unknown): unknown =>
    typeof node === 'object' && node !== null && '$ref' in node
      ? String(node.$ref)
          .slice(2)
          .split('/')
          .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document)
      : node;
  const namesIn = (node: unknown, depth = 0): string[] => {
    const found = resolve(node);
    if (typeof found !== 'object' || found === null || depth > 6) return [];
    const own =
      'properties' in found && typeof found.properties === 'object' ? Object.keys(found.properties ?? {}) : [];
    return [...own, ...Object.values(found).flatMap((part) => namesIn(part, depth + 1))];
  };
  routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      queries: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
      fields: [...new Set(namesIn(requestBody?.content['application/json']?.schema))],
    })),
  );
  expect(routes.length).toBeGreaterThan(60);
});

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'length',
  '',
  '\0',
  '\ud800',
  '👩‍🚀',
  '\u202e',
  'x'.repeat(5_000),
  '0',
];
const NUMBERS = [0, -0, -1, 1, 1.5, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 1e21];
// Dates are another property's: none of these is one.
const TEXTS = [
  '',
  ' ',
  '\0',
  '\udfff',
  'a\ud800',
  'x'.repeat(10_000),
  '=1+1',
  "'; drop table cases --",
  '../..',
  '[]',
  'null',
  '\u200b',
];

const scalar = fc.oneof(
  fc.constantFrom<unknown>(...NUMBERS, ...TEXTS, null, true, false),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const valueWith = (fields: readonly string[]): fc.Arbitrary<unknown> => {
  const name =
    fields.length === 0
      ? fc.constantFrom(...NAMES)
      : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...fields) }, fc.constantFrom(...NAMES));
  return fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(name, tie('value')), { maxLength: 6 }).map((entries) => entries),
    ),
  })).value;
};

/** JSON with names as they come, `__proto__` and repeated ones too; pairs of a name and a value are objects. */
function written(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (!Array.isArray(value)) return JSON.stringify(value);
  const isPair = (item: unknown): item is [string, unknown] =>
    Array.isArray(item) && item.length === 2 && typeof item[0] === 'string';
  if (value.length > 0 && value.every(isPair))
    return `{${value.map(([name, one]) => `${JSON.stringify(name)}:${written(one)}`).join(',')}}`;
  return `[${value.map(written).join(',')}]`;
}

const body = (fields: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .array(fc.tuple(fc.constantFrom(...fields, 'id', ...NAMES), valueWith(fields)), { maxLength: 8 })
        .map((pairs) => (pairs.length === 0 ? '{}' : written(pairs))),
    },
    { weight: 1, arbitrary: valueWith(fields).map(written) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '{', '[', '{"a":', 'NaN', '1e999', '{"id":1e999}', '\ufeff{}', '\u0000'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '['.repeat(10_000) + ']'.repeat(10_000),
        `${'{"id":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
        `{"id":"${'x'.repeat(900_000)}"}`,
        `[${'0,'.repeat(200_000)}0]`,
        `{"rows":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      ),
    },
  );

const id = fc.oneof(
  fc.constantFrom(
    'no-such-id',
    '__proto__',
    'constructor',
    '.',
    '~',
    '%00',
    '%ff',
    'a%20b',
    '%F0%9F%98%80',
    'x'.repeat(300),
    '%25',
    '0',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed())),
);
const query = (names: readonly string[]): fc.Arbitrary<string> => {
  const value = fc.oneof(
    fc.constantFrom('', '0', '-1', '1e308', 'true', '%00', '%ff', '%ED%A0%80', 'null', '[]', 'x'.repeat(3_000)),
    fc.base64String().map(encodeURIComponent),
  );
  return fc
    .array(fc.tuple(fc.constantFrom(...names, '__proto__', 'a[b]', 'toString'), value), { maxLength: 4 })
    .map((pairs) => pairs.map(([name, text]) => `${name}=${text}`).join('&'));
};
const headers = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Record<string, string>>({}) },
  fc.constantFrom<Record<string, string>>(
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'nonsense' },
    { 'content-encoding': 'gzip' },
    { 'content-encoding': 'br' },
    { 'content-encoding': 'nonsense' },
    { 'if-match': '"x"' },
    { 'idempotency-key': 'a b' },
    { prefer: 'respond-async' },
    { accept: 'text/csv;q=2, */*;q=' },
    { 'idempotency-key': '__proto__' },
  ),
);

const request = () =>
  fc.constantFrom(...routes).chain((route) =>
    fc.record({
      route: fc.constant(route),
      id,
      query: query(route.queries),
      headers,
      body: route.method === 'GET' ? fc.constant(undefined) : body(route.fields),
    }),
  );

test('an object with a strange length is refused like any other wrong value', async () => {
  const odd = '{"length":{"toString":0}}';
  const send = async (method: string, path: string, text: string) => {
    const response = await fetch(inject('apiUrl') + path, {
      method,
      headers: { authorization: `Bearer ${inject('apiKey')}`, 'content-type': 'application/json' },
      body: text,
    });
    return { status: response.status, text: await response.text() };
  };
  for (const [method, path, text, field] of [
    ['POST', '/v1/api-keys', `{"name":${odd},"role":"viewer"}`, 'name'],
    ['PUT', '/v1/products/odd', `{"name":${odd}}`, 'name'],
    ['POST', '/v1/case-events', `{"events":${odd}}`, 'events'],
    ['POST', '/v1/entitlements', `{"contactIds":${odd}}`, 'contactIds'],
    ['PUT', '/v1/settings', `{"channels":${odd}}`, 'channels'],
  ] as const)
    expect([path, await send(method, path, text)]).toMatchObject([
      path,
      { status: 400, text: expect.stringContaining(`"field":"${field}"`) },
    ]);
  expect(await send('POST', '/v1/bulk/products', `{"rows":[{"id":"odd","name":${odd}}]}`)).toMatchObject({
    status: 200,
    text: expect.stringContaining('"field":"name"'),
  });
});

test(
  `no request to any route gets a 500, and each refusal says why (seed ${SEED}, ${RUNS} runs)`,
  async () => {
    console.error(`shapes: seed ${SEED}, ${RUNS} runs; ALLOT_SHAPE_SEED and ALLOT_SHAPE_RUNS say otherwise`);
    let refusals = 0;
    const send = async (one: {
      route: Route;
      id: string;
      query: string;
      headers: Record<string, string>;
      body: string | undefined;
    }) => {
      const path = one.route.path.replace('{id}', () => one.id);
      const url = `${inject('apiUrl')}${path}${one.query === '' ? '' : `?${one.query}`}`;
      const response = await fetch(url, {
        method: one.route.method,
        headers: { authorization: `Bearer ${inject('apiKey')}`, 'content-type': 'application/json', ...one.headers },
        ...(one.body === undefined ? {} : { body: one.body }),
      });
      const text = await response.text();
      const told = `${one.route.method} ${path} ${response.status} ${text.slice(0, 500)}`;
      if (response.status < 400) return;
      refusals += 1;
      expect([response.status < 500, told]).toEqual([true, told]);
      expect([response.headers.get('content-type')?.split(';')[0], told]).toEqual(['application/problem+json', told]);
      const problem = JSON.parse(text) as { code: unknown; status: unknown; errors?: { field: unknown }[] };
      expect([CODES.has(problem.code), problem.status, told]).toEqual([true, response.status, told]);
      expect([text.length < 20_000, told]).toEqual([true, told]);
      if (response.status === 400) expect([typeof problem.errors?.[0]?.field, told]).toEqual(['string', told]);
    };
    const several = fc.array(request(), { minLength: AT_ONCE, maxLength: AT_ONCE });
    await fc.assert(
      fc.asyncProperty(several, async (requests) => {
        await Promise.all(requests.map(send));
      }),
      {
        seed: SEED,
        numRuns: Math.ceil(RUNS / AT_ONCE),
        endOnFailure: false,
        interruptAfterTimeLimit: RUNS > 2_000 ? 3_600_000 : 40_000,
      },
    );
    // The time limit may end the run early, but not before it has shown something.
    expect(refusals).toBeGreaterThan(100);
  },
  RUNS > 2_000 ? 3_700_000 : 120_000,
);
