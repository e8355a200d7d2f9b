import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { NARROWED_SINCE_0_1_0, whyKnown } from '../../dev/known-narrowings.ts';
import { breaking, differencesBetween } from '../../dev/openapi-differences.ts';
import { presentDocument, textOfDocument } from '../../dev/openapi-document.ts';
import { projectDir } from '../../runtime/project-dir.ts';
import { changelogVersions } from '../histories/changelog.ts';

const released = async (version: string): Promise<object> => {
  const packed = await readFile(join(projectDir, 'test', 'openapi', `${version}.json.gz`));
  return JSON.parse(gunzipSync(packed).toString('utf8')) as object;
};

test('openapi.json is what the code makes; `npm run openapi` writes it', async () => {
  expect(await readFile(join(projectDir, 'openapi.json'), 'utf8')).toBe(textOfDocument(presentDocument()));
});

test('every released version has its document in test/openapi/', async () => {
  for (const { version, isReleased } of await changelogVersions())
    if (isReleased) await expect(released(version), version).resolves.toHaveProperty('paths');
});

/** The types of events, and the kinds of rows about the entitlement itself, that 0.1.0 did not have. */
const NEW_EVENTS = [
  'entitlement.paused',
  'entitlement.resumed',
  'entitlement.amended',
  'entitlement.amendment_scheduled',
  'entitlement.amendment_voided',
  'sla.nearing',
  'sla.breached',
  'sla.met',
  'sla.paused',
  'sla.resumed',
];
const NEW_LIFE_ROWS = [
  'pause_planned',
  'pause_taken_back',
  'paused',
  'resumed',
  'amended',
  'amendment_scheduled',
  'amendment_taken_back',
  'amendment_dropped',
  'amendment_voided',
];

describe('what 0.1.0 promised to callers', () => {
  test('nothing is removed, and requests are narrowed only where it is known', async () => {
    const found = breaking(differencesBetween(await released('0.1.0'), presentDocument()));
    expect(found.filter((difference) => whyKnown(difference) === undefined)).toEqual([]);
    for (const { what, why } of NARROWED_SINCE_0_1_0)
      expect([why, found.some((difference) => what.test(difference.what))]).toEqual([why, true]);
  });

  test('answers and queries have values that they did not have before only where it is known', async () => {
    const found = differencesBetween(await released('0.1.0'), presentDocument());
    // A list as CSV has up to 1,000 rows.
    const longer = (path: string) => `GET ${path} query limit: maximum was 200, is 1000`;
    const too = (where: string, words: readonly string[]) => words.map((word) => `${where}: "${word}" too`);
    const refusals = (where: string) => too(where, ['key_expired', 'too_many_holds', 'paused']);
    const types = (where: string) => too(where, NEW_EVENTS);
    const mostTypes = (where: string) => `${where}.types: maxItems was 18, is ${18 + NEW_EVENTS.length}`;
    expect(found.filter(({ kind }) => kind === 'widened').map(({ where, what }) => `${where}: ${what}`)).toEqual([
      ...refusals('RefusalCode'),
      longer('/v1/cases'),
      ...['respond', 'hold', 'release'].map((kind) => `CaseEvent: object with kind "${kind}" too`),
      ...refusals('MatchCandidate.code'),
      ...refusals('Match.none.reason'),
      longer('/v1/entitlements'),
      ...too('LedgerRowKind', ['successor_ended', 'successor_starts', ...NEW_LIFE_ROWS]),
      ...too('LedgerRowKind', ['responded', 'held', 'released', 'spilled', 'spill_taken']),
      ...refusals('LedgerRow.refusal'),
      'LedgerRow.facts: object with beforeStart true too',
      longer('/v1/customers'),
      mostTypes('WebhookInput'),
      ...types('WebhookInput.types[]'),
      ...types('WebhookWithSecret.types[]'),
      ...types('Webhook.types[]'),
      mostTypes('WebhookChanges'),
      ...types('WebhookChanges.types[]'),
      ...types('GET /v1/deliveries query type'),
      ...types('Delivery.type'),
      ...types('DeliveryWithContent.type'),
      ...types('DeliveryWithContent.content.type'),
    ]);
  });
});

describe('differences between two documents', () => {
  const text = { type: 'string' };
  const object = (properties: object, required: readonly string[] = []) => ({ type: 'object', properties, required });
  /** A document with one operation. */
  const takes = (schema: object) => ({
    paths: { '/v1/a': { post: { requestBody: { content: { 'application/json': { schema } } }, responses: {} } } },
  });
  const answers = (schema: object, more: object = {}) => ({
    paths: { '/v1/a': { get: { responses: { 200: { content: { 'application/json': { schema } } }, ...more } } } },
  });
  const kinds = (before: object, after: object) => differencesBetween(before, after).map(({ kind }) => kind);

  test('none between a document and itself', () => {
    expect(differencesBetween(presentDocument(), presentDocument())).toEqual([]);
  });

  test.each([
    ['a route', answers(text), { paths: {} }, 'removed'],
    ['a status', answers(text, { 404: {} }), answers(text), 'removed'],
    ['a member of an answer', answers(object({ a: text })), answers(object({})), 'removed'],
    ['a member of a request', takes(object({ a: text })), takes(object({})), 'removed'],
    [
      'a member that is required from now on',
      takes(object({ a: text })),
      takes(object({ a: text }, ['a'])),
      'narrowed',
    ],
    ['a new member that is required', takes(object({})), takes(object({ a: text }, ['a'])), 'narrowed'],
    [
      'an answer that can leave a member out',
      answers(object({ a: text }, ['a'])),
      answers(object({ a: text })),
      'narrowed',
    ],
    ['a value less in a request', takes({ enum: ['a', 'b'] }), takes({ enum: ['a'] }), 'narrowed'],
    ['no null any more in a request', takes({ type: ['string', 'null'] }), takes(text), 'narrowed'],
    ['a lower maximum', takes({ type: 'integer', maximum: 9 }), takes({ type: 'integer', maximum: 8 }), 'narrowed'],
    ['another pattern', takes({ ...text, pattern: 'a' }), takes({ ...text, pattern: 'b' }), 'narrowed'],
    ['a value more in a request', takes({ enum: ['a'] }), takes({ enum: ['a', 'b'] }), 'widened'],
    ['a value more in an answer', answers({ enum: ['a'] }), answers({ enum: ['a', 'b'] }), 'widened'],
    ['null in an answer', answers(text), answers({ anyOf: [text, { type: 'null' }] }), 'widened'],
    ['a new optional member', takes(object({})), takes(object({ a: text })), 'added'],
    ['a new member of an answer', answers(object({})), answers(object({ a: text }, ['a'])), 'added'],
    ['a new route', { paths: {} }, answers(text), 'added'],
  ])('%s', (_name, before, after, kind) => {
    expect(kinds(before, after)).toEqual([kind]);
  });

  test('a value less in an answer breaks nobody', () => {
    expect(kinds(answers({ enum: ['a', 'b'] }), answers({ enum: ['a'] }))).toEqual([]);
  });

  test('descriptions, summaries and examples are no differences', () => {
    expect(kinds(takes({ ...text, description: 'a' }), takes({ ...text, description: 'b', example: 'c' }))).toEqual([]);
  });

  test('a schema that contains itself comes to an end', () => {
    const tree = (more: object) => ({
      ...takes({ $ref: '#/components/schemas/Tree' }),
      components: { schemas: { Tree: object({ child: { $ref: '#/components/schemas/Tree' }, ...more }) } },
    });
    expect(differencesBetween(tree({}), tree({ a: text }))).toEqual([
      { kind: 'added', where: 'Tree', what: 'the member a' },
    ]);
  });
});
