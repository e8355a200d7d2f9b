import { z } from 'zod';
import {
  listServiceLevels,
  SERVICE_LEVEL_GROUPS,
  SERVICE_LEVEL_SORTS,
  type ServiceLevel,
} from '../../db/reports/service-levels.ts';
import { CLOCK_TARGETS } from '../../domain/slas/case-clock.ts';
import { count, day, share } from '../http/answer-fields.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { listPageOf } from '../http/list-page.ts';
import { idSchema, text } from '../http/schemas.ts';
import { asksWithoutTier, reportEndpoint, reportFields } from './report.ts';
import { link, method, reportOf } from './report-answers.ts';
import { serviceLevelDetail } from './service-level-links.ts';
import { type AskedSpan, spanFields, spanOf, spanView } from './span.ts';

const by = z.enum(SERVICE_LEVEL_GROUPS);

const query = z.strictObject({
  by: by.default('customer').meta({ description: 'What a row is about; a month is the one in which a clock started' }),
  ...spanFields,
  customerId: idSchema.optional(),
  tier: text(40).optional().meta({ description: 'The tier of the entitlement when the clock started' }),
  withoutTier: z.literal('true').optional().meta({ description: 'Only clocks of entitlements without a tier' }),
  slaId: idSchema.optional(),
  target: z.enum(CLOCK_TARGETS).optional(),
  ...reportFields(SERVICE_LEVEL_SORTS, '-breachedShare'),
});

const METHOD =
  'Each clock counts once, by how it stands now: met in time, breached (also if it was met late), nearing its due ' +
  'time, paused, in progress, or canceled. The share is that of the breached ones among those that were met or ' +
  'breached. The clocks are those that started in the span.';

const serviceLevelsAnswer = reportOf(
  'ServiceLevelsReport',
  {
    by,
    since: day.meta({ description: 'The first day, in UTC' }),
    until: day.meta({ description: 'The last day, in UTC' }),
    method,
  },
  z
    .object({
      key: z.string().nullable().meta({
        description: 'The id of the customer, SLA or case, the month, or the tier (null: entitlements without one)',
      }),
      name: z.string().nullable(),
      clocks: count,
      met: count,
      breached: count,
      nearing: count,
      paused: count,
      inProgress: count,
      canceled: count,
      breachedShare: share.nullable().meta({ description: 'null: none was met or breached yet' }),
      links: z.object({ detail: link }),
    })
    .meta({ id: 'ServiceLevelsRow', description: '`by` says what the row is about' }),
);

type ReportQuestion = z.infer<typeof query>;
type Answer = z.infer<typeof serviceLevelsAnswer>;
type Row = Answer['items'][number];

export const serviceLevelsReport = ({ sql }: Services): Endpoint =>
  reportEndpoint<typeof query, Answer>({
    name: 'service-levels',
    summary: 'Counts service-level clocks by how they stand, by customer, tier, SLA, month or case; the worst first',
    query,
    answer: serviceLevelsAnswer,
    columns: COLUMNS,
    cursorsOf: (asked) => `by ${asked.by}`,
    read: async ({ query: asked, accessScope, now }) => {
      const withoutTier = asksWithoutTier(asked);
      const span = spanOf(asked, now);
      const page = listPageOf(SERVICE_LEVEL_SORTS, asked);
      const { rows, next } = await listServiceLevels(sql, page, { ...asked, span, withoutTier }, accessScope);
      const listed = { rows: rows.map((row) => rowOf(row, asked, span)), next };
      return { head: { by: asked.by, ...spanView(span), method: METHOD }, listed };
    },
  });

const rowOf = ({ breachedShare, ...row }: ServiceLevel, asked: ReportQuestion, span: AskedSpan): Row => ({
  ...row,
  breachedShare: breachedShare === null ? null : Number(breachedShare),
  links: { detail: serviceLevelDetail(row.key, asked, span) },
});

const COLUMNS = {
  key: (row: Row) => row.key,
  name: (row: Row) => row.name,
  clocks: (row: Row) => row.clocks,
  met: (row: Row) => row.met,
  breached: (row: Row) => row.breached,
  nearing: (row: Row) => row.nearing,
  paused: (row: Row) => row.paused,
  inProgress: (row: Row) => row.inProgress,
  canceled: (row: Row) => row.canceled,
  breachedShare: (row: Row) => row.breachedShare,
};
