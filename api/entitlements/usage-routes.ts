import { z } from 'zod';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import { type RowsOfMarks, readRowsOfMarks, readUsage } from '../../db/entitlements/usage.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { usedSince } from '../../db/reports/near-depletion.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { asOf } from '../../domain/entitlements/passing-of-time.ts';
import {
  finestStep,
  MAX_USAGE_POINTS,
  USAGE_STEPS,
  type UsageDays,
  type UsageSpan,
  type UsageStep,
  usageDays,
  usageSpans,
} from '../../domain/entitlements/usage-days.ts';
import { usageMarks } from '../../domain/entitlements/usage-marks.ts';
import { usageCourse } from '../../domain/entitlements/usage-points.ts';
import { paceSinceOf } from '../../domain/entitlements/usage-projection.ts';
import { invalid, isRefused } from '../../domain/refusals.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { accessScopeOf } from '../http/identity.ts';
import { notFound, Problem } from '../http/problem.ts';
import { idOf, queryOf } from '../http/request.ts';
import { civilDateSchema } from '../http/schemas.ts';
import { usageAnswer } from './usage-answers.ts';
import { usageView } from './usage-view.ts';

const usageQuery = z.strictObject({
  by: z
    .enum(USAGE_STEPS)
    .optional()
    .meta({
      description: `The length of a point. Weeks begin on Monday. Default: the shortest that makes at most ${MAX_USAGE_POINTS} points`,
    }),
  since: civilDateSchema.optional().meta({
    description: 'The first day, in the time zone of the entitlement. Default: its start, or the day it was made',
  }),
  until: civilDateSchema.optional().meta({
    description: 'The last day, in the time zone of the entitlement. Default: today, or its end. At most today',
  }),
});
type Asked = z.infer<typeof usageQuery>;

export const usageEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/entitlements/{id}/usage',
    tag: 'Entitlements',
    summary: 'Shows what remained, was granted, used and refused over time, and when the term will be used up',
    roles: PERMISSIONS.read,
    query: usageQuery,
    answers: { 200: { means: 'The use over time, in the time zone of the entitlement', body: usageAnswer } },
    handle: async (request, response) => {
      const id = idOf(request);
      const asked = queryOf(request, usageQuery);
      const found = await findEntitlement(sql, id, accessScopeOf(request));
      if (found === undefined) throw notFound('entitlement', id);
      // The entitlement's newest row may have a later time than this machine's clock.
      const now = Math.max(Date.now(), found.updatedAt);
      response.json(usageView(await readUse(sql, asOf(found, now), asked, now)));
    },
  },
];

/** Reads the use for the answer. Refuses `validation_failed` for days that do not fit or make too many points. */
async function readUse(sql: Sql, entitlement: Entitlement, asked: Asked, now: number) {
  const { id, details } = entitlement;
  const days = daysAsked(usageDays(entitlement, now), asked);
  const by = asked.by ?? (days === null ? 'day' : finestStep(days));
  const spans = days === null ? [] : spansOf(days, by, details.timeZone);
  const paceSince = paceSinceOf(entitlement, now);
  const [sums, { rows, isCut }, used] = await Promise.all([
    readUsage(sql, id, boundsOf(spans, now)),
    rowsOfMarks(sql, id, spans),
    usedSince(sql, [{ id, since: paceSince }]),
  ]);
  return {
    entitlement,
    by,
    days,
    course: usageCourse(spans, sums, details.totalTerm !== null),
    marks: usageMarks(rows, spans, entitlement.startsAt),
    marksCut: isCut,
    usedLately: used.get(id) ?? 0,
    now,
  };
}

/** The days that are shown: those that were asked for, as far as there can have been use; null if there was none. */
function daysAsked(own: UsageDays | null, { since, until }: Asked): UsageDays | null {
  if (since !== undefined && until !== undefined && since > until)
    throw new Problem(invalid('since', `since, ${since}, must not be after until, ${until}.`));
  if (own === null) return null;
  const last = until !== undefined && until < own.until ? until : own.until;
  const first = since !== undefined && since > own.since ? since : own.since;
  return first > last ? null : { since: first, until: last };
}

function spansOf(days: UsageDays, by: UsageStep, timeZone: string): readonly UsageSpan[] {
  const spans = usageSpans(days, by, timeZone);
  if (isRefused(spans)) throw new Problem(spans.refused);
  return spans;
}

/** The instants between which the ledger is summed up; without spans all of it comes before or after `now`. */
const boundsOf = (spans: readonly UsageSpan[], now: number): readonly number[] => {
  const last = spans.at(-1);
  return last === undefined ? [now] : [...spans.map(({ since }) => since), last.until];
};

async function rowsOfMarks(sql: Sql, id: string, spans: readonly UsageSpan[]): Promise<RowsOfMarks> {
  const [first, last] = [spans.at(0), spans.at(-1)];
  if (first === undefined || last === undefined) return { rows: [], isCut: false };
  return await readRowsOfMarks(sql, id, { since: first.since, until: last.until });
}
