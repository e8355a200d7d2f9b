import { describe, expect, test } from 'vitest';
import type { RowView } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { customers, follow, made, report, rowsOf, sum } from './reported-records.ts';

const DAY_MS = 86_400_000;

describe('the report of expiring entitlements', () => {
  /** The records may have been made before midnight. */
  const daysLeft = () => (Date.parse(made.hours.endDate) - Date.parse(dayFromNow(0))) / DAY_MS + 1;
  const ids = async (query: Record<string, string>) => (await report('expiring', query)).body.items.map(({ id }) => id);

  test('lists active and waiting ones by their end, with remaining term and account manager', async () => {
    const { body } = await report('expiring');
    expect(body.items.map(({ id }) => id)).toEqual([made.hours.id, made.restricted.id, made.waiting.id]);
    const [first] = body.items;
    expect(first).toMatchObject({
      endDate: made.hours.endDate,
      daysLeft: daysLeft(),
      remainingTerm: sum((await rowsOf(made.hours.id)).map((row) => row.change)),
      renewed: false,
      renewedById: null,
      accountManager: { name: '+Ann' },
    });
    expect(sum((await follow<RowView>(`${first?.links.ledger}?`)).map((row) => row.change))).toBe(first?.remainingTerm);
    expect(body.items[2]).toMatchObject({ status: 'waiting' });
  });

  test('can be narrowed to a number of days, a customer and a tier', async () => {
    expect(await ids({ days: String(daysLeft() + 1) })).toEqual([made.hours.id]);
    expect(await ids({ days: String(daysLeft() - 1) })).toEqual([]);
    expect(await ids({ customerId: customers[1] })).toEqual([made.restricted.id, made.waiting.id]);
    expect(await ids({ tier: 'Gold' })).toEqual([made.restricted.id]);
    expect(await ids({ renewed: 'true' })).toEqual([]);
    expect(await ids({ sort: '-endDate', limit: '1' })).toEqual([made.waiting.id]);
  });
});
