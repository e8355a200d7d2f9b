import fc from 'fast-check';

/** A payload as a Temporal client can send it, whatever it holds. */
export interface RawPayload {
  readonly metadata: Record<string, Uint8Array>;
  readonly data: Uint8Array;
}

const payload = (encoding: string, data: string | Uint8Array): RawPayload => ({
  metadata: { encoding: Buffer.from(encoding) },
  data: Buffer.from(data),
});
export const json = (text: string): RawPayload => payload('json/plain', text);

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

const depths = fc.constantFrom(70, 1_000, 20_000, 100_000);
const sizes = fc.constantFrom(10_000, 70_000, 400_000, 1_900_000);

/** Values that JSON can write and that nobody expects. */
const oddValues = fc.constantFrom(
  'null',
  '1e308',
  '-1e308',
  '1e400',
  '-0',
  '0.1',
  '9007199254740993',
  '"\\ud800"',
  '"\\u0000"',
  '""',
  'true',
  '[]',
  '{}',
  '[null]',
  '{"__proto__":{"a":1}}',
  '{"constructor":null}',
  '"__proto__"',
  '"allot"',
  '"Allot"',
  '"lost:case:1"',
  '"moved:case:ent:1"',
  '"9999-12-31"',
  '"0000-01-01"',
  '[[1,100000]]',
  '{"generation":0,"cases":[null]}',
  '{"generation":1e15,"cases":[]}',
);

const oddTexts = fc.oneof(
  { weight: 6, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 6, arbitrary: oddValues },
  { weight: 2, arbitrary: depths.map((depth) => nested(depth, '[', ']')) },
  { weight: 2, arbitrary: depths.map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) },
  { weight: 1, arbitrary: sizes.map((size) => JSON.stringify('x'.repeat(size))) },
  { weight: 1, arbitrary: sizes.map((size) => `[${'1,'.repeat(size / 2 - 2)}1]`) },
);

/** No JSON, no encoding that anybody knows, or something else than the encoding says. */
const oddPayloads: fc.Arbitrary<RawPayload> = fc.oneof(
  fc.constantFrom('{"key":', '', 'NaN', 'undefined', '[1,', '"', nested(20_000, '[', '')).map(json),
  fc.constantFrom('binary/unheard-of', '', 'json/protobuf', 'JSON/PLAIN').map((encoding) => payload(encoding, '{}')),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => payload('binary/plain', bytes)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => payload('json/plain', bytes)),
  fc.constant(payload('binary/null', '')),
  fc.constant({ metadata: {}, data: Buffer.from('{}') }),
);

/** A message of which only these fields are made strange: the others see to it that it never ends the workflow. */
export interface Likeness {
  readonly message: Readonly<Record<string, unknown>>;
  readonly stays?: readonly string[];
}

/** A message that can be read, with one field or two of another kind, another size, or none. */
const mutated = ({ message, stays = [] }: Likeness): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom(...Object.keys(message).filter((field) => !stays.includes(field)), 'more'),
        fc.oneof(oddTexts, fc.constant(undefined)),
      ),
      {
        minLength: 1,
        maxLength: 2,
      },
    )
    .map((changes) => {
      const fields = new Map(Object.entries(message).map(([field, value]) => [field, JSON.stringify(value)]));
      for (const [field, text] of changes) {
        if (text === undefined) fields.delete(field);
        else fields.set(field, text);
      }
      return `{${[...fields].map(([field, text]) => `${JSON.stringify(field)}:${text}`).join(',')}}`;
    });

export interface StrangeMessage {
  readonly how: 'signal' | 'update' | 'query';
  readonly name: string;
  readonly payloads: readonly RawPayload[];
}

/** What a kind of workflow listens to, each with a message that can be read. */
export interface Names {
  readonly signals: Readonly<Record<string, Likeness | null>>;
  readonly updates: Readonly<Record<string, Likeness | null>>;
  readonly queries: readonly string[];
}

const oddNames = fc.oneof(
  fc.constantFrom(
    '__temporal_x',
    '__temporal_workflow_metadata',
    '__temporal_workflow_stream_publish',
    '__stack_trace',
    '__enhanced_stack_trace',
    '__proto__',
    'constructor',
    'toString',
    'state',
    ' ',
    '\u{1f600}',
    'n'.repeat(900),
  ),
  fc.string({ minLength: 1, maxLength: 30 }),
);

/** Messages of every kind for a workflow: names and contents known and unknown, one argument, many or none. */
export function strangeMessages({ signals, updates, queries }: Names): fc.Arbitrary<StrangeMessage> {
  const message = (how: StrangeMessage['how'], known: Readonly<Record<string, Likeness | null>>) => {
    const own = Object.keys(known);
    const names = own.length === 0 ? oddNames : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...own) }, oddNames);
    return names.chain((name) => {
      const likeIt = Object.hasOwn(known, name) ? known[name] : null;
      const contents = [oddTexts.map(json), oddPayloads];
      if (likeIt != null) contents.push(mutated(likeIt).map(json), mutated(likeIt).map(json));
      const one = fc.oneof(...contents);
      const counts = fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.constantFrom(0, 2, 5));
      return counts
        .chain((count) => fc.array(one, { minLength: count, maxLength: count }))
        .map((payloads): StrangeMessage => ({ how, name, payloads }));
    });
  };
  const ofQueries = Object.fromEntries(queries.map((name) => [name, null]));
  return fc.oneof(
    { weight: 5, arbitrary: message('signal', signals) },
    { weight: 4, arbitrary: message('update', updates) },
    { weight: 1, arbitrary: message('query', ofQueries) },
  );
}
