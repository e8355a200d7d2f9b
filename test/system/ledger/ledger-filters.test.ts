import { describe, expect, test } from 'vitest';
import { ask, type ProblemView, type RowView } from '../../support/api-client.ts';
import { follow, type LedgerRowView, made, rowsOf } from '../reports/reported-records.ts';

describe('a ledger', () => {
  const filtered = async (id: string | undefined, query: Record<string, string>) =>
    await follow<LedgerRowView>(`/v1/entitlements/${id}/ledger?${new URLSearchParams(query)}`);

  test('can be filtered by time, case, kind and number, alone and together', async () => {
    const id = made.charged.id;
    const rows = await rowsOf(id);
    const middle = rows[4];
    const caseId = String(middle?.caseId);
    const [since, until] = [String(middle?.when), String(rows.at(-1)?.when)];
    const expectations: [query: Record<string, string>, holds: (row: LedgerRowView) => boolean][] = [
      [{ since }, (row) => row.when >= since],
      [{ until: since }, (row) => row.when < since],
      [{ since, until }, (row) => row.when >= since && row.when < until],
      [{ caseId }, (row) => row.caseId === caseId],
      [{ kind: 'attached' }, (row) => row.kind === 'attached'],
      [{ kind: 'topped_up', since }, (row) => row.kind === 'topped_up'],
      [{ fromSeq: '3', toSeq: '5' }, ({ seq }) => seq >= 3 && seq <= 5],
      [{ rows: 'use' }, (row) => row.caseId !== null && row.useChange !== 0],
      [{ rows: 'term' }, (row) => row.caseId === null && row.change !== 0],
      [{ rows: 'use', caseId }, (row) => row.caseId === caseId && row.useChange !== 0],
    ];
    for (const [query, holds] of expectations)
      expect([query, (await filtered(id, query)).map(({ seq }) => seq)]).toEqual([
        query,
        rows.filter(holds).map(({ seq }) => seq),
      ]);
  });

  test('is read in pages under a filter', async () => {
    const id = made.charged.id;
    const all = await filtered(id, { rows: 'use' });
    const seqs: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await ask<{ items: RowView[]; nextCursor: string | null }>(
        'GET',
        `/v1/entitlements/${id}/ledger?rows=use&limit=2${query}`,
      );
      seqs.push(...body.items.map(({ seq }) => seq));
      cursor = body.nextCursor;
    }
    expect(seqs).toEqual(all.map(({ seq }) => seq));
  });

  test('is read from the newest row on in pages, and a cursor of the other order is refused', async () => {
    const id = made.charged.id;
    const all = (await rowsOf(id)).map(({ seq }) => seq);
    const seqs: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await ask<{ items: RowView[]; nextCursor: string | null }>(
        'GET',
        `/v1/entitlements/${id}/ledger?sort=-seq&limit=3${more}`,
      );
      seqs.push(...body.items.map(({ seq }) => seq));
      if (body.nextCursor !== null) {
        const { status } = await ask('GET', `/v1/entitlements/${id}/ledger?cursor=${body.nextCursor}`);
        expect(status).toBe(400);
      }
      cursor = body.nextCursor;
    }
    expect(seqs).toEqual(all.toReversed());
  });

  test.each<[query: string, field: string]>([
    ['since=yesterday', 'since'],
    ['sort=when', 'sort'],
    ['until=2026-01-01', 'until'],
    ['since=0000-01-01T00:00:00Z', 'since'],
    ['kind=attach', 'kind'],
    ['rows=all', 'rows'],
    ['fromSeq=0', 'fromSeq'],
    ['toSeq=99999999999', 'toSeq'],
    ['caseId=%00', 'caseId'],
  ])('refuses the filter %s', async (query, field) => {
    const { status, body } = await ask<ProblemView>('GET', `/v1/entitlements/${made.charged.id}/ledger?${query}`);
    expect([status, body.code, body.errors?.map((error) => error.field)]).toEqual([400, 'validation_failed', [field]]);
  });
});
