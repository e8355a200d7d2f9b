import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { aCustomer, aDraft, ask } from '../../support/api-client.ts';
import { listPage } from '../../support/lists.ts';
import { unique } from '../../support/unique.ts';

const csv = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${inject('apiUrl')}${path}`, {
    headers: { authorization: `Bearer ${inject('apiKey')}`, ...headers },
  });
  return { response, text: await response.text() };
};
const rowsOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[];
const nextOf = (response: Response) => /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];

describe('a list as CSV', () => {
  const name = `=HYPERLINK("http://x") ${unique('csv')}`;
  let customerId = '';

  beforeAll(async () => {
    customerId = await aCustomer({ name });
    for (const draft of ['+1', 'b', 'c']) await aDraft(customerId, { name: draft });
  });

  test('of entitlements holds what the filters leave, with the customer’s name, and no formula', async () => {
    const { response, text } = await csv(`/v1/entitlements?customerId=${customerId}&sort=name&format=csv`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="entitlements.csv"');
    const rows = rowsOf(text);
    expect(rows.map((row) => row.name)).toEqual(["'+1", 'b', 'c']);
    expect(rows.map((row) => row.customerName)).toEqual(Array(3).fill(`'${name}`));
    const { body } = await listPage<{ id: string; customerName: string }>('entitlements', { customerId, sort: 'name' });
    expect(body.items.map(({ id }) => id)).toEqual(rows.map((row) => row.id));
    expect(body.items.map((item) => item.customerName)).toEqual(Array(3).fill(name));
  });

  test('leads to its next page by Link, which keeps filters, order and form', async () => {
    const first = await csv(`/v1/entitlements?customerId=${customerId}&sort=-name&format=csv&limit=2`);
    const second = await csv(nextOf(first.response) ?? '');
    expect([...rowsOf(first.text), ...rowsOf(second.text)].map((row) => row.name)).toEqual(['c', 'b', "'+1"]);
    expect(second.response.headers.get('link')).toBeNull();
  });

  test('holds customers and cases as well, by Accept too', async () => {
    const caseId = unique('case');
    const created = await ask('POST', '/v1/cases', { id: caseId, customerId, title: '@SUM(1)' });
    expect(created.status).toBe(201);
    const customers = await csv(`/v1/customers?q=${encodeURIComponent(name)}`, { accept: 'text/csv' });
    expect(rowsOf(customers.text)).toMatchObject([{ id: customerId, name: `'${name}` }]);
    const cases = await csv(`/v1/cases?customerId=${customerId}&format=csv`);
    expect(rowsOf(cases.text)).toMatchObject([{ id: caseId, title: "'@SUM(1)", status: 'active' }]);
  });

  test.each<[query: string]>([['limit=201'], ['limit=1001&format=csv'], ['format=xlsx']])(
    'refuses %s',
    async (query) => {
      const { response, text } = await csv(`/v1/entitlements?${query}`);
      expect([response.status, JSON.parse(text).code]).toEqual([400, 'validation_failed']);
    },
  );
});
