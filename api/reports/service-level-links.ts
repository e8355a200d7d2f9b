import type { ServiceLevelFilter } from '../../db/reports/service-levels.ts';
import { pathWith } from '../http/path-with.ts';
import { type AskedSpan, spanView } from './span.ts';

/** What the report on service levels was asked for, as far as its links keep it. */
interface Asked extends Omit<ServiceLevelFilter, 'span' | 'withoutTier'> {
  readonly withoutTier?: 'true' | undefined;
}

/** What is behind a row: of a case its clocks, of any other row the same report by case. */
export function serviceLevelDetail(key: string | null, asked: Asked, span: AskedSpan): string {
  if (asked.by === 'case') return `/v1/cases/${encodeURIComponent(key ?? '')}/clocks`;
  const { by, customerId, tier, withoutTier, slaId, target } = asked;
  return pathWith('/v1/reports/service-levels', {
    by: 'case',
    ...spanView(span),
    customerId,
    tier,
    withoutTier,
    slaId,
    target,
    ...ownFilter(key, by, span),
  });
}

/** The filter that a row's own key is. */
function ownFilter(key: string | null, by: Exclude<Asked['by'], 'case'>, span: AskedSpan) {
  switch (by) {
    case 'customer':
      return { customerId: key };
    case 'tier':
      return key === null ? { withoutTier: 'true' } : { tier: key };
    case 'sla':
      return { slaId: key };
    case 'month':
      return monthOf(key ?? '', span);
  }
}

/** The days of the month that lie in the span. */
function monthOf(month: string, { firstDay, lastDay }: AskedSpan) {
  const end = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).toISOString().slice(0, 10);
  const first = `${month}-01`;
  return { since: first < firstDay ? firstDay : first, until: end > lastDay ? lastDay : end };
}
