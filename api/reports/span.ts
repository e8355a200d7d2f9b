import type { Span } from '../../db/ledger/span.ts';
import { type CivilDate, plusDays, startOfDay } from '../../domain/calendar.ts';
import { iso } from '../http/instants.ts';
import { problem } from '../http/problem.ts';
import { civilDateSchema } from '../http/schemas.ts';

const DEFAULT_DAYS = 90;

export const spanFields = {
  since: civilDateSchema
    .optional()
    .meta({ description: `The first day, in UTC. Default: ${DEFAULT_DAYS} days, up to the last day` }),
  until: civilDateSchema.optional().meta({ description: 'The last day, in UTC. Default: today' }),
};

/** The span that a query asks for: in days, as answers show it, and in instants, as the database sums it. */
export interface AskedSpan extends Span {
  readonly firstDay: CivilDate;
  readonly lastDay: CivilDate;
}

/** Refuses `validation_failed` for a span that ends before it begins. */
export function spanOf(asked: { since?: string | undefined; until?: string | undefined }, now: number): AskedSpan {
  const lastDay = asked.until ?? iso(now).slice(0, 10);
  const firstDay = asked.since ?? plusDays(lastDay, 1 - DEFAULT_DAYS);
  if (firstDay > lastDay)
    throw problem('validation_failed', `since, ${firstDay}, must not be after until, ${lastDay}.`, 'since');
  const instant = (date: CivilDate) => new Date(startOfDay(date, 'UTC'));
  return { firstDay, lastDay, since: instant(firstDay), until: instant(plusDays(lastDay, 1)) };
}

/** The span as a report shows it. */
export const spanView = ({ firstDay, lastDay }: AskedSpan) => ({ since: firstDay, until: lastDay });

/** The span as the query of a ledger takes it. */
export const spanQuery = ({ since, until }: Span) => ({ since: since.toISOString(), until: until.toISOString() });
