import { expect, test } from 'vitest';
import { z } from 'zod';
import { endpointsOf } from '../../../api/app.ts';
import { fieldErrors } from '../../../api/field-errors.ts';
import { readShape } from '../../../api/read-shape.ts';

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
  ...[[], {}, [null], [['x']], [{}], { length: {} }, { x: 1 }, Array.from({ length: 1_001 }, () => 'x')],
];
const MAX_DEPTH = 4;

/** A wrong value at each place that a schema describes; what tells the forms of a union apart is given as it must be. */
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

/** Every body and query of the API. */
function schemas(): ReadonlySet<z.ZodType> {
  const endpoints = endpointsOf({} as Parameters<typeof endpointsOf>[0]);
  return new Set(endpoints.flatMap(({ body, query }) => [body, query].filter((schema) => schema !== undefined)));
}

/** Each message that wrong values bring out, with an example of where. */
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

test('every message says what a field must be, in words of its own', () => {
  const found = messages();
  expect(found.size).toBeGreaterThan(70);
  const odd = [...found].filter(
    ([message]) =>
      !/^(?:must |is missing|is not known here|is charge, which needs )/.test(message) ||
      /invalid|expected|received|undefined|NaN|pattern|too (?:big|small)|input/i.test(message),
  );
  expect(odd).toEqual([]);
});

const told = (schema: z.ZodType, value: unknown) => {
  const read = schema.safeParse(value);
  return read.success ? [] : fieldErrors(read.error).map(({ field, message }) => `${field}: ${message}`);
};

test.each<[string, z.ZodType, unknown, string[]]>([
  ['a value of another type', z.object({ a: z.string().min(2) }), { a: [] }, ['a: must be a text']],
  ['a value that is missing', z.object({ a: z.int() }), {}, ['a: is missing']],
  ['an empty text', z.object({ a: z.string().trim().min(1) }), { a: ' ' }, ['a: must not be empty']],
  ['a list that is too long', z.array(z.int()).max(1), [1, 2], [': must have at most 1 entry']],
  ['none of some values', z.object({ a: z.enum(['x', 'y']) }), { a: 'z' }, ['a: must be one of x, y']],
  [
    'neither a text nor a number',
    z.object({ a: z.union([z.string(), z.int()]) }),
    { a: {} },
    ['a: must be a text or a number'],
  ],
  [
    'no e-mail address',
    z.object({ a: z.email() }),
    { a: 'ann' },
    ['a: must be an e-mail address such as ann@example.com'],
  ],
  ['an unknown field', z.strictObject({}), { y: 1 }, ['y: is not known here: check its spelling or leave it out']],
])('%s is told plainly', (_, schema, value, expected) => {
  expect(told(schema, value)).toEqual(expected);
});

test('the name of a field is not told at any length', () => {
  const [field = ''] = told(z.strictObject({}), { ['x'.repeat(5_000)]: 1 });
  expect(field).toMatch(/^x{200}…: is not known here/);
});
