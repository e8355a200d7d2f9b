import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { freePort } from '../../../dev/free-port.ts';
import { type NodeProcess, startProcess } from '../../../dev/node-process.ts';
import { aCustomer, anActive, ask } from '../../support/api-client.ts';
import { listedMetrics } from '../../support/listed-metrics.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

/** The metrics of a page of Prometheus, with the labels of their samples. */
function metricsOf(
  page: string,
): ReadonlyMap<string, { readonly type: string; readonly help: string; labels: Set<string> }> {
  const found = new Map<string, { type: string; help: string; labels: Set<string> }>();
  const of = (name: string) => {
    const known = found.get(name) ?? { type: '', help: '', labels: new Set() };
    found.set(name, known);
    return known;
  };
  for (const line of page.split('\n')) {
    const [, kind, name = '', text = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') of(name).help = text;
    else if (kind === 'TYPE') of(name).type = text;
    else {
      const [, sample = '', labels = ''] = /^([a-z_0-9]+)(?:\{(.*)\})? /.exec(line) ?? [];
      const name = found.has(sample) ? sample : sample.replace(/_(bucket|sum|count)$/, '');
      for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) if (label !== 'le') of(name).labels.add(label);
    }
  }
  found.delete('');
  return found;
}

const pageOf = async (url: string) => await (await fetch(url)).text();
const sample = (page: string, start: string): number =>
  Number(
    page
      .split('\n')
      .find((line) => line.startsWith(start))
      ?.split(' ')
      .at(-1) ?? 0,
  );

/** A busy machine answers the page before the database has answered. */
const READ_WITHIN_MS = 40_000;

let worker: NodeProcess;
let workerUrl: string;

beforeAll(async () => {
  const port = await freePort();
  workerUrl = `http://127.0.0.1:${port}/metrics`;
  worker = await startProcess('worker', {
    DATABASE_URL: inject('databaseUrl'),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    ALLOT_METRICS_ADDRESS: `127.0.0.1:${port}`,
  });
  // Some decisions, so that what has no sample before its first use is there.
  const customerId = await aCustomer();
  const { id } = await anActive(customerId);
  await ask('POST', '/v1/cases', { id: unique('case'), customerId, entitlementId: id, channel: 'phone' });
});

afterAll(async () => {
  await worker?.stop();
});

describe('docs/monitoring.md', () => {
  test.each([
    ['api', () => `${inject('apiUrl')}/metrics`],
    ['worker', () => workerUrl],
  ] as const)('lists every metric of the %s with its type and labels, and no other', async (process, url) => {
    const shown = metricsOf(await pageOf(url()));
    const listed = (await listedMetrics()).filter(({ shownBy }) => shownBy.includes(process));
    expect(listed.length).toBeGreaterThan(10);
    const own = [...shown.keys()].filter((name) => name.startsWith('allot_'));
    expect(own.filter((name) => !listed.some((metric) => metric.name === name))).toEqual([]);
    for (const { name, type, labels } of listed) {
      // Temporal's SDK shows a metric once it has happened.
      if (name.startsWith('temporal_') && !shown.has(name)) continue;
      const found = shown.get(name);
      expect([name, found?.type]).toEqual([name, type]);
      if (name.startsWith('allot_'))
        expect([name, [...(found?.labels ?? [])].filter((label) => !labels.includes(label))]).toEqual([name, []]);
    }
  });

  test.each([
    ['api', () => `${inject('apiUrl')}/metrics`],
    ['worker', () => workerUrl],
  ] as const)(
    'the metrics of the %s follow the rules of Prometheus: base units, suffixes, help',
    async (_process, url) => {
      const shown = [...metricsOf(await pageOf(url()))].filter(([name]) => name.startsWith('allot_'));
      expect(shown.length).toBeGreaterThan(10);
      for (const [name, { type, help }] of shown) {
        expect([name, help.length > 10]).toEqual([name, true]);
        expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
        expect(name).not.toMatch(/_(ms|millis|milliseconds|minutes|hours|kb|mb)(_|$)/);
      }
    },
  );
});

describe('figures', () => {
  test('a decision is counted once, with its kind, where it was written', async () => {
    const customerId = await aCustomer();
    const { id } = await anActive(customerId, { totalTerm: 1 });
    const attach = () =>
      ask('POST', '/v1/cases', { id: unique('case'), customerId, entitlementId: id, channel: 'phone' });
    const read = async () => {
      const page = await pageOf(`${inject('apiUrl')}/metrics`);
      return [
        sample(page, 'allot_ledger_rows_total{kind="attached"}'),
        sample(page, 'allot_ledger_refusals_total{code="exhausted"}'),
        sample(page, 'allot_case_refusals_total{code="exhausted"}'),
      ];
    };
    const before = await read();
    expect((await attach()).status).toBe(201);
    expect((await attach()).status).toBe(422);
    const after = await read();
    for (const [index, value] of after.entries()) expect(value).toBeGreaterThan(before[index] ?? 0);
  });

  test('the worker reads what waits in the database, and shows when it did', async () => {
    await soon(async () => {
      const page = await pageOf(workerUrl);
      expect(sample(page, 'allot_entitlements{status="active"}')).toBeGreaterThan(0);
      expect(sample(page, 'allot_workers')).toBeGreaterThan(0);
      expect(Date.now() / 1_000 - sample(page, 'allot_backlog_read_timestamp_seconds')).toBeLessThan(60);
    }, READ_WITHIN_MS);
  });

  test('however often metrics are fetched, the database is read once in fifteen seconds', async () => {
    const read = async () => sample(await pageOf(workerUrl), 'allot_backlog_read_timestamp_seconds');
    const times = new Set<number>();
    for (let fetched = 0; fetched < 20; fetched += 1) times.add(await read());
    expect(times.size).toBeLessThanOrEqual(2);
  });
});
