import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, type ProblemView } from '../../support/api-client.ts';
import { cursorDoorsOf, type Document, type Door, dateDoorsOf, type Format } from '../../support/date-doors.ts';
import { dayFromNow } from '../../support/days.ts';
import { MetWorkflows } from '../../support/met-workflows.ts';
import { isDay, isInstant, oddInstant, oddText, oddValue } from '../../support/odd-dates.ts';
import { openApiDocument } from '../../support/openapi-document.ts';
import { unique } from '../../support/unique.ts';

/** More of them: `ALLOT_DATE_RUNS=200 npx vitest run test/system/http/dates.test.ts`. */
const RUNS = Number(process.env.ALLOT_DATE_RUNS ?? 12);

const document = await openApiDocument<Document>();
const doors = dateDoorsOf(document);
const cursors = cursorDoorsOf(document);

const met = new MetWorkflows();
let customerId: string;
let draftId: string;
let activeId: string;
let renewalId: string;
beforeAll(async () => {
  const made = await met.make();
  ({ customerId, draftId, activeId } = made);
  renewalId = `ren_${made.renewedId}_1`;
});
afterAll(() => met.discard());

const aTerm = () => ({
  ...{ name: 'Dates', allocationType: 'cases', totalTerm: 3, startDate: dayFromNow(-1), endDate: dayFromNow(300) },
  renewalPolicy: null,
});

/**
 * The rest of the body of each route that takes a date in it, such as would be taken. One that is not named sends the
 * date alone.
 */
const BODIES: Readonly<Record<string, () => Record<string, unknown>>> = {
  'post /v1/entitlements': () => ({ ...aTerm(), customerId }),
  'post /v1/entitlements/{id}/top-ups': () => ({ amount: 1 }),
  'post /v1/opportunities': () => ({ id: unique('opp'), status: 'closed_won', customerId, entitlement: aTerm() }),
  'put /v1/slas/{id}': () => ({
    name: 'Dates',
    calendar: { kind: 'business_hours', timeZone: 'UTC', hours: { monday: [{ from: '09:00', to: '17:00' }] } },
  }),
};

/** Words that a field takes in the place of a day. */
const WORDS: Readonly<Record<string, readonly unknown[]>> = {
  'post /v1/entitlements/{id}/pause from': ['now'],
  'post /v1/entitlements/{id}/amendments effective': ['now', 'next_period'],
};

const idFor = (path: string): string => {
  if (path.startsWith('/v1/renewals')) return renewalId;
  if (path.startsWith('/v1/entitlements')) return /top-ups/.test(path) ? activeId : draftId;
  return unique('dates');
};

const put = (into: unknown, [name, ...rest]: readonly string[], value: unknown): unknown => {
  if (name === undefined) return value;
  if (name === '0') return [put(undefined, rest, value)];
  const record = typeof into === 'object' && into !== null ? (into as Record<string, unknown>) : {};
  return { ...record, [name]: put(record[name], rest, value) };
};

async function send({ method, path, at, ...door }: Door, value: unknown) {
  const url = path.replaceAll(/\{\w+\}/g, idFor(path));
  if (door.in === 'query') {
    const query = new URLSearchParams({ [at[0] ?? '']: String(value) });
    return await ask<Partial<ProblemView> & { id?: string }>(method.toUpperCase(), `${url}?${query}`);
  }
  const body = put(BODIES[`${method} ${path}`]?.() ?? {}, at, value);
  return await ask<Partial<ProblemView> & { id?: string }>(method.toUpperCase(), url, body);
}

const fits = (format: Format, value: unknown): boolean => (format === 'date' ? isDay(value) : isInstant(value));
const valuesOf = (door: Door): fc.Arbitrary<unknown> => {
  if (door.in === 'query') return door.format === 'date' ? oddText : oddInstant;
  return door.format === 'date' ? oddValue : oddInstant;
};

describe('a date or instant that the calendar does not have is refused with its field, on every route', () => {
  test('routes take dates and instants, in queries and bodies', () => {
    expect(new Set(doors.map((door) => `${door.in} ${door.format}`))).toEqual(
      new Set(['query date', 'query date-time', 'body date', 'body date-time']),
    );
    expect(cursors.length).toBeGreaterThan(10);
  });

  test.each(doors.map((door) => [`${door.method} ${door.path} ${door.in} ${door.at.join('.')}`, door] as const))(
    '%s',
    async (_name, door) => {
      await fc.assert(
        fc.asyncProperty(valuesOf(door), async (value) => {
          const { status, body } = await send(door, value);
          const said = JSON.stringify({ value, status, body });
          expect(status, said).toBeLessThan(500);
          // A day that fits may be refused all the same: it is past, or before the start.
          const isWord = WORDS[`${door.method} ${door.path} ${door.at.join('.')}`]?.includes(value) ?? false;
          if (fits(door.format, value) || isWord || value === null) {
            if (status === 201 && body.id !== undefined && door.path === '/v1/entitlements') await activate(body.id);
            return;
          }
          expect([status, body.code], said).toEqual([400, 'validation_failed']);
          expect(JSON.stringify(body.errors), said).toContain(door.at.filter((name) => name !== 'any')[0] ?? '');
        }),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * 1_000,
  );
});

/** Whatever was taken as a term can be lived, too. */
async function activate(id: string): Promise<void> {
  met.add(`entitlement/${id}`);
  const { status, body } = await ask('POST', `/v1/entitlements/${id}/activate`);
  expect(status, JSON.stringify(body)).toBe(200);
}

test.each(cursors.map((door) => [door.path, door] as const))(
  'a cursor of %s that holds such a date is read or refused, and never an error of the server',
  async (path, { sorts }) => {
    const url = path.replaceAll(/\{\w+\}/g, idFor(path));
    const report = path.startsWith('/v1/reports/')
      ? `${Buffer.from(path.split('/').at(-1) ?? '').toString('base64url')}.`
      : '';
    const sort = fc.constantFrom(...(sorts.length === 0 ? ['id'] : sorts));
    const millis = fc.constantFrom('999999999999999', '253402300800000', '0', '-1', '99999999999999999999');
    await fc.assert(
      fc.asyncProperty(sort, fc.oneof(oddText, oddInstant), millis, fc.boolean(), async (by, text, ms, ofAudit) => {
        const content = ofAudit ? `${ms}/1` : JSON.stringify([by, text, 'x']);
        const query = new URLSearchParams({ cursor: report + Buffer.from(content).toString('base64url') });
        if (sorts.length > 0) query.set('sort', by);
        const { status, body } = await ask('GET', `${url}?${query}`);
        expect(status === 200 ? 'read' : body.code, JSON.stringify({ content, by, status, body })).toBeOneOf([
          'read',
          'validation_failed',
        ]);
      }),
      { numRuns: RUNS },
    );
  },
  60_000 + RUNS * 500,
);

// The last test of the file: it looks at all workflows that the others have met.
test('none of it makes a workflow task fail', () => met.expectNoFailedTask(), 120_000);
