import { expect, test } from 'vitest';
import { serviceLevelDetail } from '../../../api/reports/service-level-links.ts';
import { spanOf } from '../../../api/reports/span.ts';

const SPAN = spanOf({ since: '2026-05-10', until: '2026-06-20' }, 0);

/** The query of a row's link. */
function queryOf(key: string | null, asked: Parameters<typeof serviceLevelDetail>[1]): Record<string, string> {
  const [path, query] = serviceLevelDetail(key, asked, SPAN).split('?');
  expect(path).toBe('/v1/reports/service-levels');
  return Object.fromEntries(new URLSearchParams(query));
}

const DAYS = { by: 'case', since: '2026-05-10', until: '2026-06-20' };

test('the row of entitlements without a tier leads to their clocks alone', () => {
  expect(queryOf(null, { by: 'tier', slaId: 'gold' })).toEqual({ ...DAYS, slaId: 'gold', withoutTier: 'true' });
  expect(queryOf(null, { by: 'tier', withoutTier: 'true' })).toEqual({ ...DAYS, withoutTier: 'true' });
  expect(queryOf('Gold', { by: 'tier' })).toEqual({ ...DAYS, tier: 'Gold' });
});

test('other rows keep that only entitlements without a tier were asked for', () => {
  expect(queryOf('contoso', { by: 'customer', withoutTier: 'true' })).toEqual({
    ...DAYS,
    customerId: 'contoso',
    withoutTier: 'true',
  });
});

test('a month leads to its days within the span, and a case to its clocks', () => {
  expect(queryOf('2026-05', { by: 'month' })).toEqual({ ...DAYS, until: '2026-05-31' });
  expect(queryOf('2026-06', { by: 'month' })).toEqual({ ...DAYS, since: '2026-06-01' });
  expect(serviceLevelDetail('case/1', { by: 'case' }, SPAN)).toBe('/v1/cases/case%2F1/clocks');
});
