import { expect, test } from 'vitest';
import { z } from 'zod';
import { endpointsOf } from '../../../api/app.ts';
import { fieldErrors } from '../../../api/http/field-errors.ts';
import { readShape } from '../../../api/http/read-shape.ts';
import { validationProblem } from '../../../api/http/validation-problem.ts';

interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly const?: unknown;
}

const WRONG: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 1.5, 1e12, Number.NaN],
  ...['', ' ', 'x', '\0', '2026-02-30', 'x'.repeat(3_000)],
  ...[[], {}, [null], [['x']], [{}], { length: {} }, { x: 1 }, ['x', 'x'], Array.from({ length: 1_001 }, () => 'x')],
];
const MAX_DEPTH = 4;

/** Wrong values at each place that a schema describes; the constants that tell the forms of a union apart are right. */
function* wrongValues(given: JsonSchema, defs: Readonly<Record<string, JsonSchema>>, depth = 0): Generator<unknown> {
  const schema = given.$ref === undefined ? given : (defs[given.$ref.split('/').at(-1) ?? ''] ?? {});
  yield* WRONG;
  if (depth > MAX_DEPTH) return;
  for (const form of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) yield* wrongValues(form, defs, depth + 1);
  if (schema.items !== undefined) for (const value of wrongValues(schema.items, defs, depth + 1)) yield [value];
  const properties = Object.entries(schema.properties ?? {});
  const constants = properties.flatMap(([name, property]) => ('const' in property ? [[name, property.const]] : []));
  for (const [name, property] of properties)
    for (const value of wrongValues(property, defs, depth + 1))
      yield { ...Object.fromEntries(constants), [name]: value };
}

/** Every body and query of the API. No handler is called, so there are no services. */
function schemas(): ReadonlySet<z.ZodType> {
  const endpoints = endpointsOf({} as Parameters<typeof endpointsOf>[0]);
  return new Set(endpoints.flatMap(({ body, query }) => [body, query].filter((schema) => schema !== undefined)));
}

/** Each message that wrong values cause, with a field that it was about. */
function messages(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const schema of schemas()) {
    const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
    for (const value of wrongValues(json, json.$defs ?? {})) {
      const read = readShape(schema, value);
      if (read.success) continue;
      for (const { field, message } of fieldErrors(read.error)) found.set(message, field);
    }
  }
  return found;
}

test('every message says what a field must be, and none is in the words of the schema library', () => {
  const found = messages();
  expect(found.size).toBeGreaterThan(70);
  const odd = [...found].filter(
    ([message]) =>
      !/^(?:must |is missing|is not known here)/.test(message) ||
      /invalid|expected|received|undefined|NaN|pattern|unrecognized|too (?:big|small)|input/i.test(message),
  );
  expect(odd).toEqual([]);
  expect([...found.keys()]).not.toContain('must have the form described at /docs');
});

const reported = (schema: z.ZodType, value: unknown) => {
  const read = schema.safeParse(value);
  return read.success ? [] : fieldErrors(read.error).map(({ field, message }) => `${field}: ${message}`);
};

const byKind = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('attach') }),
  z.object({ kind: z.literal('cancel') }),
]);

test.each<[string, z.ZodType, unknown, string[]]>([
  ['a value of another type', z.object({ a: z.string().min(2) }), { a: [] }, ['a: must be a text']],
  ['a fraction', z.object({ a: z.int() }), { a: 1.5 }, ['a: must be a whole number']],
  ['a missing value', z.object({ a: z.int() }), {}, ['a: is missing']],
  ['an empty text', z.object({ a: z.string().trim().min(1) }), { a: ' ' }, ['a: must not be empty']],
  ['a long text', z.object({ a: z.string().max(2) }), { a: 'abc' }, ['a: must be at most 2 characters long']],
  ['a small number', z.object({ a: z.int().min(2) }), { a: 1 }, ['a: must be at least 2']],
  ['a large number', z.object({ a: z.number().lt(2) }), { a: 2 }, ['a: must be less than 2']],
  ['a long list', z.array(z.int()).max(1), [1, 2], [': must have at most 1 entry']],
  ['an empty list', z.array(z.int()).min(1), [], [': must have at least one entry']],
  ['none of some values', z.object({ a: z.enum(['x', 'y']) }), { a: 'z' }, ['a: must be one of x, y']],
  ['another value than the only one', z.object({ a: z.literal('true') }), { a: 'z' }, ['a: must be true']],
  ['an unknown kind', byKind, { kind: 'explode' }, ['kind: must be one of attach, cancel']],
  [
    'neither a text nor a number',
    z.object({ a: z.union([z.string(), z.int()]) }),
    { a: {} },
    ['a: must be a text or a number'],
  ],
  [
    'an unknown key of a record',
    z.object({ a: z.partialRecord(z.enum(['monday', 'friday']), z.int()) }),
    { a: { funday: 1 } },
    ['a.funday: is not known here: check its spelling or leave it out'],
  ],
  [
    'no e-mail address',
    z.object({ a: z.email() }),
    { a: 'ann' },
    ['a: must be an e-mail address such as ann@example.com'],
  ],
  ['an unknown field', z.strictObject({}), { y: 1 }, ['y: is not known here: check its spelling or leave it out']],
  ['a field with words of its own', z.string().refine(() => false, 'must be nicer'), 'x', [': must be nicer']],
])('%s is reported in plain words', (_, schema, value, expected) => {
  expect(reported(schema, value)).toEqual(expected);
});

test('a long field name is cut', () => {
  const [field = ''] = reported(z.strictObject({}), { ['x'.repeat(5_000)]: 1 });
  expect(field).toMatch(/^x{200}…: is not known here/);
});

test('the detail names three wrong fields, and errors the first twenty', () => {
  const read = z.strictObject({}).safeParse(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`f${at}`, 1])));
  const { refusal, errors } = validationProblem(read.error ?? new z.ZodError([]));
  expect(refusal.detail).toMatch(/^f0: .*; f1: .*; f2: .*; and 27 more, the first 20 are in errors$/);
  expect(errors).toHaveLength(20);
});
