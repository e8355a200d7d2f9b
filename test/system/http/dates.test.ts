import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, aDraft, anActive, ask, type ProblemView } from '../../support/api-client.ts';
import { cursorDoorsOf, type Document, type Door, dateDoorsOf, type Format } from '../../support/date-doors.ts';
import { dayFromNow } from '../../support/days.ts';
import { openApiDocument } from '../../support/openapi-document.ts';
import { discard, temporal, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

/** More of them: `ALLOT_DATE_RUNS=200 npx vitest run test/system/http/dates.test.ts`. */
const RUNS = Number(process.env.ALLOT_DATE_RUNS ?? 12);

const document = await openApiDocument<Document>();
const doors = dateDoorsOf(document);
const cursors = cursorDoorsOf(document);

const FIRST = '1900-01-01';
const LAST = '9999-12-31';

/** By another calendar than the one under test. */
const isDay = (text: unknown): boolean => {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text) || text < FIRST || text > LAST) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return Number.isFinite(at.getTime()) && at.toISOString().startsWith(text);
};
const isInstant = (text: unknown): boolean => {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}T/.test(text)) return false;
  const at = Date.parse(text);
  return at >= Date.UTC(1900, 0, 1) && at < Date.UTC(10_000, 0, 1);
};

const digits = (count: number) =>
  fc.integer({ min: 0, max: 10 ** count - 1 }).map((n) => String(n).padStart(count, '0'));
const day = fc
  .tuple(digits(4), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
  .map(([year, month, date]) => `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`);
const edge = fc.constantFrom(
  ...['0000-01-01', '0001-01-01', '1899-12-31', '1900-01-01', '1900-02-29', '1969-12-31', '1970-01-01'],
  ...['9999-12-30', '9999-12-31', '10000-01-01', '+10000-01-01', '+010000-01-01', '-000001-01-01', '-0001-01-01'],
  ...['2027-02-29', '2028-02-29', '2027-13-01', '2027-00-00', '2027-1-1', '20270101', '01.01.2027', '2027-01-01Z'],
  ...['٢٠٢٧-٠١-٠١', '2027‐01‐01', '2027-01-01\n', ' 2027-01-01', '2027-01-01\u0000', '', 'infinity', '-infinity'],
  ...['now', 'today', 'epoch', 'null', 'NaN', '1e9', '99999999999999999999', 'J2451187', 'allballs', '0099-01-01 BC'],
);
const offset = fc.constantFrom('Z', '+00:00', '-00:00', '+14:00', '-23:59', '+23:59', '+24:00', '+99:99', '', '[UTC]');
const time = fc.constantFrom('00:00:00', '23:59:59', '23:59:59.999999999', '24:00:00', '23:59:60', '12:00', '99:99:99');
const instant = fc.tuple(fc.oneof(day, edge), time, offset).map(([date, at, zone]) => `${date}T${at}${zone}`);
const oddText = fc.oneof(
  { weight: 4, arbitrary: day },
  { weight: 6, arbitrary: edge },
  { weight: 2, arbitrary: instant },
  fc.string(),
);
const oddValue = fc.oneof(
  { weight: 8, arbitrary: oddText },
  fc.constantFrom<unknown>(0, -1, 1e308, 253_402_300_800_000, true, [], ['2027-01-01'], {}),
);
const oddInstant = fc.oneof({ weight: 4, arbitrary: instant }, { weight: 1, arbitrary: oddText });

/** What is made on the way; whatever the test did to it, its workflow must go on. */
const touched = new Set<string>();
let customerId: string;
let draftId: string;
let activeId: string;
let renewalId: string;

beforeAll(async () => {
  customerId = await aCustomer();
  draftId = (await aDraft(customerId)).id;
  activeId = (await anActive(customerId)).id;
  renewalId = `ren_${await withRenewal()}_1`;
  for (const id of [draftId, activeId]) touched.add(`entitlement/${id}`);
});

/** An entitlement whose renewal is open. */
async function withRenewal(): Promise<string> {
  const renewalPolicy = { noticeDays: 60 };
  const { id } = await anActive(customerId, { renewalPolicy, endDate: dayFromNow(20) });
  await soon(async () => expect((await ask('GET', `/v1/renewals/ren_${id}_1`)).status).toBe(200));
  touched.add(`entitlement/${id}`);
  touched.add(`renewal/${id}/1`);
  return id;
}

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

describe('a date or an instant from outside the calendar is refused with its field, at every door', () => {
  test('there are doors, of both kinds', () => {
    expect(new Set(doors.map((door) => `${door.in} ${door.format}`))).toEqual(
      new Set(['query date', 'query date-time', 'body date']),
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
          if (fits(door.format, value) || value === null) {
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
  touched.add(`entitlement/${id}`);
  const { status, body } = await ask('POST', `/v1/entitlements/${id}/activate`);
  expect(status, JSON.stringify(body)).toBe(200);
}

test.each(cursors.map((door) => [door.path, door] as const))(
  'a cursor of %s that holds such a date is refused',
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

describe('a message to a workflow with such dates is refused, and the workflow goes on', () => {
  const base = { by: 'a stranger', key: null, reason: null };
  const refusedOrTaken = async (asked: Promise<unknown>) => {
    const failure = await asked.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure !== undefined) expect(failure).toBeInstanceOf(WorkflowUpdateFailedError);
    return failure === undefined;
  };
  const detailsOf = async (id: string) =>
    (await workflowOf(id).query<{ entitlement: { details: object } }>('state')).entitlement.details;
  const field = fc.constantFrom('startDate', 'endDate', 'anchorDay');

  test(
    'of an entitlement',
    async () => {
      const details = await detailsOf(draftId);
      await fc.assert(
        fc.asyncProperty(field, oddValue, fc.integer({ min: 0, max: 3 }), async (name, value, which) => {
          if (which === 0) {
            const taken = await refusedOrTaken(
              workflowOf(draftId).executeUpdate('edit', { args: [{ ...base, changes: { [name]: value } }] }),
            );
            if (!isDay(value) && name !== 'anchorDay') expect([name, value, taken]).toEqual([name, value, false]);
          } else if (which === 1) {
            const topUp = { amount: 1, expiresOn: value, price: null, currency: null };
            const taken = await refusedOrTaken(
              workflowOf(activeId).executeUpdate('topUp', { args: [{ ...base, topUp }] }),
            );
            if (!isDay(value)) expect([value, taken]).toEqual([value, false]);
          } else if (which === 2) {
            const successorId = unique('successor');
            const asked = { ...base, successorId, details: { ...details, [name]: value } };
            await refusedOrTaken(workflowOf(activeId).executeUpdate('acceptRenewal', { args: [asked] }));
          } else {
            const id = unique('dates');
            const startWorkflowOperation = new WithStartWorkflowOperation('entitlement', {
              workflowId: `entitlement/${id}`,
              taskQueue: 'allot',
              workflowIdConflictPolicy: 'USE_EXISTING',
              args: [{ id }],
            });
            const args: [object] = [{ ...base, details: { ...details, [name]: value }, renewsId: null }];
            touched.add(`entitlement/${id}`);
            await refusedOrTaken(
              temporal.workflow.executeUpdateWithStart<Workflow, unknown, [object]>('create', {
                args,
                startWorkflowOperation,
              }),
            );
          }
        }),
        { numRuns: 3 * RUNS },
      );
      expect(await detailsOf(activeId)).toMatchObject({ customerId });
    },
    60_000 + RUNS * 2_000,
  );

  test(
    'of a renewal',
    async () => {
      const entitlementId = await withRenewal();
      const renewal = temporal.workflow.getHandle(`renewal/${entitlementId}/1`);
      const details = await detailsOf(entitlementId);
      await fc.assert(
        fc.asyncProperty(oddValue, fc.integer({ min: 0, max: 2 }), async (value, which) => {
          const key = unique('key');
          if (which === 0) {
            const taken = await refusedOrTaken(
              renewal.executeUpdate('snooze', { args: [{ ...base, key, until: value }] }),
            );
            if (!isDay(value)) expect([value, taken]).toEqual([value, false]);
          } else if (which === 1) {
            if (isDay(value)) return;
            const changes = { endDate: value };
            expect(await refusedOrTaken(renewal.executeUpdate('accept', { args: [{ ...base, key, changes }] }))).toBe(
              false,
            );
          } else {
            const { endsAt } = (await workflowOf(entitlementId).query<{ entitlement: { endsAt: number } }>('state'))
              .entitlement;
            const news = { status: 'active', endsAt, renewedById: null, deleted: false, n: 1 };
            if (!isDay(value))
              await renewal.signal('entitlementChanged', { ...news, details: { ...details, endDate: value } });
          }
        }),
        { numRuns: 2 * RUNS },
      );
      expect(await renewal.query('state')).toMatchObject({ renewal: { entitlementId } });
    },
    60_000 + RUNS * 2_000,
  );
});

/** The last test: no workflow that any of them met has a task that failed, or is still tried again. */
test('no workflow task has failed', async () => {
  for (const workflowId of touched) {
    const handle = temporal.workflow.getHandle(workflowId);
    const { events = [] } = await handle.fetchHistory();
    const failed = (events ?? []).filter((event) => event.workflowTaskFailedEventAttributes != null);
    expect(
      failed.map((event) => JSON.stringify(event.workflowTaskFailedEventAttributes)),
      workflowId,
    ).toEqual([]);
    const { raw } = await handle.describe();
    expect(raw.pendingWorkflowTask?.attempt ?? 1, workflowId).toBeLessThanOrEqual(1);
    expect(
      (raw.pendingActivities ?? []).filter(({ attempt }) => (attempt ?? 1) > 2),
      workflowId,
    ).toEqual([]);
  }
}, 120_000);

afterAll(async () => {
  await Promise.all([...touched].map((id) => discard(id.replace(/^entitlement\//, ''))));
});
