import { describe, expect, test } from 'vitest';
import { type Answer, aCustomer, ask } from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';

interface Result {
  id: string | null;
  outcome: 'created' | 'updated' | 'unchanged' | 'refused';
  code?: string;
  field?: string;
  detail?: string;
}

const bulk = (what: string, rows: readonly unknown[]): Promise<Answer<{ results: Result[] }>> =>
  ask('POST', `/v1/bulk/${what}`, { rows });

async function results(what: string, rows: readonly unknown[]): Promise<Result[]> {
  const { status, body } = await bulk(what, rows);
  expect([status, body]).toEqual([200, expect.objectContaining({ results: expect.any(Array) })]);
  return body.results;
}

const outcomes = (found: readonly Result[]): string[] => found.map(({ outcome }) => outcome);
const customerRow = (more: Record<string, unknown> = {}): Record<string, unknown> & { id: string } => ({
  id: unique('bulk'),
  type: 'account',
  name: 'Bulk & Söhne',
  ...more,
});

describe('a bulk upsert', () => {
  test.each(['customers', 'contacts', 'products'])(
    'of %s is refused with a reason that is too long, also when each of its rows is refused',
    async (what) => {
      const { status, body } = await ask('POST', `/v1/bulk/${what}?reason=${'x'.repeat(501)}`, { rows: [{}] });
      expect([status, body.errors]).toMatchObject([400, [{ field: 'reason' }]]);
    },
  );

  test('records in the audit what it created and changed, and not what it left unchanged', async () => {
    const [made, kept] = [customerRow(), customerRow({ tier: 'Gold' })];
    await results('customers', [made, kept]);
    await ask('POST', '/v1/bulk/customers?reason=Corrected', { rows: [{ ...made, tier: 'Silver' }, kept] });
    const audited = async ({ id }: { id: string }) =>
      (await ask<{ items: Record<string, unknown>[] }>('GET', `/v1/audit?recordType=customer&recordId=${id}`)).body
        .items;
    expect(await audited(made)).toMatchObject([
      { action: 'updated', reason: 'Corrected', before: { tier: null }, after: { tier: 'Silver' } },
      { action: 'created', before: null, after: { id: made.id, tier: null } },
    ]);
    expect(await audited(kept)).toMatchObject([{ action: 'created' }]);
  });

  test('of one new record by many at once records for each change what was before', async () => {
    const row = customerRow();
    await Promise.all(Array.from({ length: 8 }, (_, n) => results('customers', [{ ...row, tier: `T${n}` }])));
    const path = `/v1/audit?recordType=customer&recordId=${row.id}`;
    const { items } = (await ask<{ items: { action: string; before: unknown; after: unknown }[] }>('GET', path)).body;
    const oldestFirst = items.toReversed();
    expect(oldestFirst.map(({ action }) => action)).toEqual(['created', ...Array(7).fill('updated')]);
    for (const [index, { before }] of oldestFirst.entries())
      expect(before).toEqual(oldestFirst[index - 1]?.after ?? null);
  });

  test('creates, updates or leaves unchanged, and says which', async () => {
    const rows = [
      customerRow({
        timeZone: 'Europe/Berlin',
        tier: 'Gold',
        accountManager: { name: 'Ann', email: 'ann@example.com' },
      }),
      customerRow(),
      customerRow({ type: 'contact' }),
    ];
    expect(outcomes(await results('customers', rows))).toEqual(['created', 'created', 'created']);
    expect(outcomes(await results('customers', rows))).toEqual(['unchanged', 'unchanged', 'unchanged']);
    const changed = rows.map((row, n) => (n === 1 ? { ...row, name: 'Renamed' } : row));
    expect(outcomes(await results('customers', changed))).toEqual(['unchanged', 'updated', 'unchanged']);
    const kept = await ask('GET', `/v1/customers/${rows[0]?.id}`);
    expect(kept.body).toMatchObject({ ...rows[0] });
  });

  test('writes what PUT writes: a field that a row leaves out becomes null', async () => {
    const row = customerRow({ tier: 'Gold' });
    const { id, ...put } = row;
    await ask('PUT', `/v1/customers/${id}`, put);
    expect(outcomes(await results('customers', [row]))).toEqual(['unchanged']);
    const { tier: _tier, ...bare } = row;
    expect(outcomes(await results('customers', [bare]))).toEqual(['updated']);
    expect((await ask('GET', `/v1/customers/${id}`)).body.tier).toBeNull();
  });

  test('keeps the time of change of records that it leaves unchanged', async () => {
    const row = customerRow();
    await results('customers', [row]);
    const before = await ask('GET', `/v1/customers/${row.id}`);
    await results('customers', [row]);
    expect((await ask('GET', `/v1/customers/${row.id}`)).body).toEqual(before.body);
  });

  test('of a thousand rows applies the good ones although others are refused', async () => {
    const rows = Array.from({ length: 1_000 }, (_, n) => ({
      id: unique(`p${n}`),
      name: n % 100 === 7 ? ' ' : `P ${n}`,
    }));
    const found = await results('products', rows);
    expect(found.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(found.filter(({ outcome }) => outcome === 'created')).toHaveLength(990);
    expect(found[107]).toMatchObject({ outcome: 'refused', code: 'validation_failed', field: 'name' });
    expect((await ask('GET', `/v1/products/${rows[107]?.id}`)).status).toBe(404);
    expect((await ask('GET', `/v1/products/${rows[999]?.id}`)).status).toBe(200);
  });

  test('refuses each wrong row with its code and field', async () => {
    const id = unique('row');
    const found = await results('customers', [
      customerRow({ timeZone: 'Mars/Olympus' }),
      customerRow({ accountManager: { name: 'Ann', email: 'no address' } }),
      customerRow({ surprise: 1 }),
      { type: 'account', name: 'Without an id' },
      { id: 'a b', type: 'account', name: 'With a bad id' },
      'no row',
      null,
      customerRow({ name: 'half a character \ud800' }),
      customerRow({ id }),
      customerRow({ id, name: 'The same id again' }),
    ]);
    expect(found.map(({ outcome, code, field }) => [outcome, code, field])).toEqual([
      ['refused', 'validation_failed', 'timeZone'],
      ['refused', 'validation_failed', 'accountManager.email'],
      ['refused', 'validation_failed', 'surprise'],
      ['refused', 'validation_failed', 'id'],
      ['refused', 'validation_failed', 'id'],
      ['refused', 'validation_failed', undefined],
      ['refused', 'validation_failed', undefined],
      ['refused', 'validation_failed', 'name'],
      ['created', undefined, undefined],
      ['refused', 'conflict', 'id'],
    ]);
    const refused = found.filter(({ outcome }) => outcome === 'refused');
    expect(refused.map(({ detail }) => detail)).toEqual(Array(refused.length).fill(expect.any(String)));
    expect((await ask('GET', `/v1/customers/${id}`)).body.name).toBe('Bulk & Söhne');
  });

  test('creates a contact only for an existing customer, and can move it to another one', async () => {
    const [mine, other] = [await aCustomer(), await aCustomer()];
    const contact = { id: unique('contact'), customerId: mine, name: 'Ann', email: 'ann@example.com' };
    const lost = { id: unique('contact'), customerId: unique('nobody'), name: 'Lost' };
    expect(await results('contacts', [contact, lost])).toEqual([
      { id: contact.id, outcome: 'created' },
      { id: lost.id, outcome: 'refused', code: 'not_found', field: 'customerId', detail: expect.any(String) },
    ]);
    expect(outcomes(await results('contacts', [{ ...contact, customerId: other, name: 'Moved' }]))).toEqual([
      'updated',
    ]);
    expect((await ask('GET', `/v1/contacts/${contact.id}`)).body).toMatchObject({ customerId: other, name: 'Moved' });
    expect(outcomes(await results('contacts', [contact]))).toEqual(['updated']);
    expect(outcomes(await results('contacts', [{ ...contact, email: null }]))).toEqual(['updated']);
    expect(outcomes(await results('contacts', [{ ...contact, email: null }]))).toEqual(['unchanged']);
  });

  test('of the same rows at the same moment, in any order, creates each once and never fails', async () => {
    const rows = Array.from({ length: 300 }, () => customerRow());
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, n) => results('customers', n % 2 === 0 ? rows : rows.toReversed())),
    );
    const counts = all.flat().filter(({ outcome }) => outcome === 'created');
    expect(counts).toHaveLength(rows.length);
    expect(new Set(all.flat().map(({ outcome }) => outcome))).toEqual(new Set(['created', 'unchanged']));
  });

  test.each([
    ['no rows', { rows: [] }],
    ['too many rows', { rows: Array.from({ length: 1_001 }, () => ({})) }],
    ['no list', { rows: {} }],
    ['nothing', {}],
    ['something else', { rows: [{}], more: 1 }],
  ])('is refused as a whole: %s', async (_what, body) => {
    const { status, body: problem } = await ask('POST', '/v1/bulk/customers', body);
    expect([status, problem.code]).toEqual([400, 'validation_failed']);
  });
});
