import { describe, expect, test } from 'vitest';
import { dayFromNow } from '../../support/days.ts';
import { customers, follow, type LedgerRowView, made, type Row, report, rowsOf, sum } from './reported-records.ts';

describe('the report of overrides', () => {
  test('lists the rows of overrides, overage and charges, newest first', async () => {
    const { items, totals } = (await report('overrides')).body;
    const rows = (await Promise.all(Object.values(made).map(({ id }) => rowsOf(id)))).flat();
    const expected = rows.filter(
      (row) => row.facts?.overrode !== undefined || row.overage !== 0 || row.charge !== null,
    );
    expect(items.length).toBe(expected.length);
    const when = items.map((item) => String(item.when));
    expect(when).toEqual(when.toSorted().toReversed());
    for (const item of items) {
      const [row, ...more] = await follow<LedgerRowView>(item.links.ledger);
      expect(more).toEqual([]);
      expect(item).toMatchObject({
        seq: row?.seq,
        who: row?.who,
        why: row?.why,
        when: row?.when,
        overage: row?.overage,
        amount: row?.charge?.amount ?? null,
        currency: row?.charge?.currency ?? null,
      });
    }
    for (const currency of ['EUR', 'USD']) {
      const amounts = expected.flatMap(({ charge }) => (charge?.currency === currency ? [Number(charge.amount)] : []));
      expect(amounts.length).toBeGreaterThan(1);
      const total = (totals as Row[]).find((each) => each.currency === currency);
      expect([Number(total?.amount), total?.rows]).toEqual([expect.closeTo(sum(amounts), 4), amounts.length]);
    }
    expect(items.find(({ overrode }) => overrode !== null)).toMatchObject({
      entitlementId: made.restricted.id,
      overrode: ['exhausted'],
      why: '-1 is our fault',
    });
  });

  test('can be narrowed to a span of time, a customer and a tier', async () => {
    const counted = async (query: Record<string, string>) => (await report('overrides', query)).body.items.length;
    expect(await counted({ until: dayFromNow(-1) })).toBe(0);
    expect(await counted({ customerId: customers[1] })).toBe(1);
    expect(await counted({ tier: 'nobody has it' })).toBe(0);
    const { items, nextCursor } = (await report('overrides', { limit: '1' })).body;
    const second = (await report('overrides', { limit: '1', cursor: nextCursor ?? '' })).body;
    expect(second.items[0]?.links.ledger).not.toBe(items[0]?.links.ledger);
  });
});
