import { describe, expect, test } from 'vitest';
import { dayFromNow } from '../../support/days.ts';
import { report } from './reported-records.ts';

describe('a report refuses', () => {
  test.each<[name: string, query: Record<string, string>, field: string]>([
    ['near-depletion', { threshold: 'most' }, 'threshold'],
    ['near-depletion', { threshold: '-1' }, 'threshold'],
    ['near-depletion', { threshold: '80' }, 'threshold'],
    ['near-depletion', { threshold: '2' }, 'threshold'],
    ['near-depletion', { format: 'xml' }, 'format'],
    ['near-depletion', { limit: '1001' }, 'limit'],
    ['near-depletion', { sort: 'name' }, 'sort'],
    ['near-depletion', { cursor: 'x' }, 'cursor'],
    ['near-depletion', { customerId: '\u0000' }, 'customerId'],
    ['near-depletion', { since: dayFromNow(0) }, 'since'],
    ['expiring', { days: '1.5' }, 'days'],
    ['expiring', { days: '4000' }, 'days'],
    ['expiring', { renewed: 'perhaps' }, 'renewed'],
    ['utilisation', { by: 'owner' }, 'by'],
    ['utilisation', { since: '2026-02-30' }, 'since'],
    ['utilisation', { since: '0000-01-01' }, 'since'],
    ['utilisation', { until: '10000-01-01' }, 'until'],
    ['utilisation', { since: dayFromNow(2) }, 'since'],
    ['utilisation', { allocationType: 'days' }, 'allocationType'],
    ['utilisation', { tier: 'Gold', withoutTier: 'true' }, 'withoutTier'],
    ['service-levels', { tier: 'Gold', withoutTier: 'true' }, 'withoutTier'],
    ['high-touch', { customerId: 'a' }, 'customerId'],
    ['renewals', { stage: 'decided' }, 'stage'],
    ['renewals', { since: dayFromNow(0) }, 'since'],
    ['renewals', { customerId: '\u0000' }, 'customerId'],
    ['overrides', { since: dayFromNow(0), until: dayFromNow(-1) }, 'since'],
  ])('%s by %j', async (name, query, field) => {
    const { status, body } = await report(name, query);
    expect([status, body.code, body.errors?.map((error) => error.field)]).toEqual([400, 'validation_failed', [field]]);
  });

  test('a percentage as a threshold, and says what it is instead', async () => {
    const { body } = await report('near-depletion', { threshold: '80' });
    expect(body.detail).toContain('a share from 0 to 1');
  });

  test('a cursor of another grouping or of another report', async () => {
    const sort = '-usedShare';
    const { nextCursor } = (await report('utilisation', { by: 'customer', sort, limit: '1' })).body;
    const cursor = nextCursor ?? '';
    expect((await report('utilisation', { by: 'customer', sort, cursor })).status).toBe(200);
    for (const [name, query] of [
      ['utilisation', { by: 'tier' }],
      ['utilisation', { by: 'entitlement' }],
      ['near-depletion', {}],
    ] as const) {
      const { status, body } = await report(name, { ...query, sort, cursor });
      expect([status, body.code, body.errors?.[0]?.field]).toEqual([400, 'validation_failed', 'cursor']);
    }
  });

  test('a cursor with a number that the database cannot read', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64url');
    const cursor = (sort: string, value: string) =>
      `${base64('near-depletion')}.${base64(JSON.stringify([sort, value, 'a']))}`;
    expect((await report('near-depletion', { cursor: cursor('-usedShare', '0.5') })).status).toBe(200);
    for (const value of ['NaN', '1e5', '', 'x', '9'.repeat(30)]) {
      const { status, body } = await report('near-depletion', { cursor: cursor('-usedShare', value) });
      expect([value, status, body.errors?.[0]?.field]).toEqual([value, 400, 'cursor']);
    }
  });
});
