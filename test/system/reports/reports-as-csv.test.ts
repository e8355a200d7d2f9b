import { parse } from 'csv-parse/sync';
import { describe, expect, inject, test } from 'vitest';
import { ask } from '../../support/api-client.ts';
import { foreign, key, made, NAME, type ReportView, report } from './reported-records.ts';

describe('a report as CSV', () => {
  const csv = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${inject('apiUrl')}${path}`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
    return { response, text: await response.text() };
  };

  test('says the same as JSON, with a header, and has no cell that a spreadsheet would run as a formula', async () => {
    const { response, text } = await csv('/v1/reports/near-depletion?threshold=0&format=csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="near-depletion.csv"');
    expect(text).toMatch(/^id,name,customerId,.*\r\n/);
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    const { items } = (await report('near-depletion', { threshold: '0' })).body;
    expect(rows.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    const charged = rows.find(({ id }) => id === made.charged.id);
    expect([charged?.name, charged?.customerName]).toEqual(["'@charged", `'${NAME}`]);
    expect(rows.find(({ id }) => id === made.restricted.id)?.remainingTerm).toBe('-1');
    expect(text).toContain(`"'${NAME.replaceAll('"', '""')}"`);
  });

  test.each(['near-depletion', 'expiring', 'utilisation', 'high-touch', 'overrides'])(
    'is sent for Accept: text/csv by %s',
    async (name) => {
      const { response, text } = await csv(`/v1/reports/${name}`, { accept: 'text/csv' });
      expect([response.status, response.headers.get('vary')]).toEqual([200, 'Accept']);
      const [header = [], ...rows] = parse(text) as string[][];
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.every((row) => row.length === header.length)).toBe(true);
      expect(rows.flat().filter((cell) => /^[=+@\t]|^-(?!\d)/.test(cell))).toEqual([]);
    },
  );

  test('is chosen by format before Accept; all other callers get JSON', async () => {
    const typeOf = async (path: string, accept: string) =>
      (await csv(path, { accept })).response.headers.get('content-type')?.split(';')[0];
    expect(await typeOf('/v1/reports/expiring?format=json', 'text/csv')).toBe('application/json');
    expect(await typeOf('/v1/reports/expiring?format=csv', 'application/json')).toBe('text/csv');
    for (const accept of ['*/*', 'application/json', 'image/png'])
      expect(await typeOf('/v1/reports/expiring', accept)).toBe('application/json');
  });

  test('names the next page in Link', async () => {
    const first = await csv('/v1/reports/expiring?format=csv&limit=2');
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.response.headers.get('link') ?? '') ?? [];
    const second = await csv(next);
    expect(second.text).toContain(made.waiting.id);
    expect(second.response.headers.get('link')).toBeNull();
  });
});

test('an account manager sees only own customers, even when another one is asked for', async () => {
  for (const name of ['near-depletion', 'expiring', 'utilisation', 'overrides']) {
    const { body } = await report(name, {
      customerId: foreign.customerId,
      ...(name === 'expiring' ? { days: '3000' } : {}),
    });
    expect([name, body.items]).toEqual([name, []]);
  }
  for (const name of ['near-depletion', 'expiring', 'utilisation', 'high-touch']) {
    const { status, body } = await report(name);
    expect([name, status, body.items.length > 0]).toEqual([name, 200, true]);
    expect(JSON.stringify(body)).not.toContain(foreign.customerId);
  }
  const all = await ask<ReportView>('GET', `/v1/reports/near-depletion?customerId=${foreign.customerId}`);
  expect(all.body.items).toMatchObject([{ id: foreign.id, usedShare: 1 }]);
});
