import { z } from 'zod';
import type { CaseWithoutRow } from '../../db/home/cases-without.ts';
import { FIGURE_NAMES, FIGURE_UNITS, type Figure } from '../../db/home/figures.ts';
import { NONE_REASONS } from '../../domain/cases/picking.ts';
import { CLOCK_TARGETS } from '../../domain/slas/case-clock.ts';
import { DUE_SOON_MINUTES } from '../../domain/slas/clock-risk.ts';
import { clockStatus } from '../clocks/answers.ts';
import { deliveryAnswer } from '../deliveries/answers.ts';
import { count, id, instant, signed } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import { expiringRow, nearDepletionRow, renewalsRow } from '../reports/entitlement-report-answers.ts';
import { overridesRow } from '../reports/use-report-answers.ts';
import { type AtRiskRow, ROWS_SHOWN, type Work } from './work.ts';

const figure = sentAs<Figure>()(
  z
    .object({
      name: z.enum(FIGURE_NAMES).meta({
        description:
          'active_entitlements: active now. attached_cases: cases attached for the first time in the last 7 days. ' +
          'refused_cases: cases that an entitlement turned away in the last 7 days. undecided_renewals: renewals that ' +
          'somebody can still decide now, snoozed and lapsed ones included',
      }),
      value: count,
      unit: z.enum(FIGURE_UNITS),
      trend: z
        .array(
          z
            .object({ since: instant, until: instant, value: count })
            .meta({ id: 'FigureWeek', description: 'The count of one week, or what was there at its end' }),
        )
        .meta({ description: 'The last 8 weeks of 7 days each, the oldest first; the last one ends now' }),
    })
    .meta({ id: 'Figure' }),
);

const listed = <Row extends z.ZodType>(name: string, row: Row, description: string) =>
  z
    .object({
      total: count.meta({ description: 'The number of all rows, also of those that are not shown' }),
      rows: z.array(row).max(ROWS_SHOWN),
    })
    .nullable()
    .meta({ id: name, description: `${description}. null: the role has no use for this list, or no right to it` });

const serviceLevelAtRisk = sentAs<AtRiskRow>()(
  z
    .object({
      caseId: id,
      title: z.string().nullable().meta({ description: 'The title of the case' }),
      customerId: id,
      customerName: z.string().nullable(),
      entitlementId: id,
      entitlementName: z.string().nullable(),
      slaId: id,
      slaName: z.string().nullable(),
      target: z.enum(CLOCK_TARGETS),
      status: clockStatus,
      dueAt: instant.meta({ description: 'When the promised time is used up, or was' }),
      minutesLeft: signed.meta({
        description:
          'Minutes from now until it is due, rounded down, without regard to service hours; negative: overdue',
      }),
    })
    .meta({ id: 'ServiceLevelAtRisk' }),
);

const caseWithoutEntitlement = sentAs<CaseWithoutRow>()(
  z
    .object({
      id,
      title: z.string().nullable(),
      customerId: id,
      customerName: z.string().nullable(),
      channel: z.string().nullable(),
      createdAt: instant,
      entitlementReason: z
        .enum([...NONE_REASONS, 'taken_off'])
        .meta({ description: 'Why the case has no entitlement' }),
      entitlementExplanation: z.string().nullable().meta({ description: '`entitlementReason` in words' }),
    })
    .meta({ id: 'CaseWithoutEntitlement' }),
);

export const workAnswer = sentAs<Work>()(
  z
    .object({
      asOf: instant,
      figures: z.array(figure).length(FIGURE_NAMES.length),
      serviceLevelsAtRisk: listed(
        'ServiceLevelsAtRisk',
        serviceLevelAtRisk,
        'Clocks of active cases that are not met and breached, or nearing, or due within ' +
          `${DUE_SOON_MINUTES} minutes, one row each; not while a hold stops the clock. Breached ones first, the ` +
          'longest ago first, then the earliest due time',
      ),
      renewalsToDecide: listed(
        'RenewalsToDecide',
        renewalsRow,
        'Open and lapsed renewals by the end date of their entitlements; a snoozed one comes back on its day',
      ),
      runningOut: listed(
        'RunningOut',
        nearDepletionRow,
        'Active entitlements with nothing left, and those that at their pace use up their term before they end or ' +
          'their next period begins; the earliest day first',
      ),
      endingSoon: listed(
        'EndingSoon',
        expiringRow,
        'Active and waiting entitlements without a successor that end within 30 times 24 hours, and ended ones that ' +
          'lost their successor in the same time; the earliest end first',
      ),
      casesWithoutEntitlement: listed(
        'CasesWithoutEntitlement',
        caseWithoutEntitlement,
        'Active cases that have no entitlement, the oldest first',
      ),
      overrides: listed('RecentOverrides', overridesRow, 'Overrides of the last 7 days, the newest first'),
      failingDeliveries: listed(
        'FailingDeliveries',
        deliveryAnswer,
        'Deliveries of the last 30 days that failed, or that are tried again because an attempt failed; the newest first',
      ),
    })
    .meta({ id: 'Work', description: 'What the home page shows to the role of the caller, within the access scope' }),
);
