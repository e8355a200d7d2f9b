import { z } from 'zod';
import { STATUSES } from '../../domain/ledger/ledger-row.ts';
import { PROPOSAL_KINDS } from '../../domain/renewals/proposal.ts';
import { entitlementFields } from '../entitlements/terms-schemas.ts';
import { count, day, id, instant, person, share, term } from '../http/answer-fields.ts';
import { dayToDecide, renewalStage } from '../renewals/answers.ts';
import { link, method, reportOf } from './report-answers.ts';

const { allocationType } = entitlementFields;
const daysLeft = count.meta({ description: 'Days still covered, including today: 1 on the last day, 0 after it' });

const whose = {
  id,
  name: z.string(),
  customerId: id,
  customerName: z.string().nullable(),
  owner: z.string().nullable(),
  tier: z.string().nullable(),
};

export const nearDepletionRow = z
  .object({
    ...whose,
    allocationType,
    totalTerm: term,
    usedTerm: term,
    remainingTerm: term,
    usedShare: share,
    paceSince: instant.meta({ description: 'The beginning of the days over which the pace is measured' }),
    usedSince: term,
    pacePerDay: z.number().meta({ description: 'Cases or minutes for each day' }),
    depletesOn: day.nullable().meta({ description: 'The day on which the term is used up at this pace; null: never' }),
    endDate: day,
    timeZone: z.string(),
    nextPeriodAt: instant.nullable(),
    links: z.object({ ledger: link, total: link, used: link, pace: link }),
  })
  .meta({ id: 'NearDepletionRow' });

export const nearDepletionAnswer = reportOf(
  'NearDepletionReport',
  { threshold: share.meta({ description: 'The smallest used share that is listed' }), method },
  nearDepletionRow,
);

export const expiringRow = z
  .object({
    ...whose,
    status: z.enum(STATUSES),
    endDate: day,
    timeZone: z.string(),
    endsAt: instant.nullable(),
    daysLeft,
    allocationType,
    remainingTerm: term.nullable().meta({ description: 'Cases or minutes; null when unlimited' }),
    inGrace: z.boolean().meta({ description: 'It has ended and still takes cases' }),
    graceEndsAt: instant.nullable().meta({ description: 'Until when it takes cases after its end; null: no grace' }),
    graceCases: count.meta({ description: 'Cases that attached after the end and that no successor has taken over' }),
    renewed: z.boolean(),
    renewedById: id.nullable(),
    accountManager: person.nullable(),
    links: z.object({ ledger: link }),
  })
  .meta({ id: 'ExpiringRow' });

export const expiringAnswer = reportOf(
  'ExpiringReport',
  { days: count.meta({ description: 'The end is at most this many times 24 hours from now' }) },
  expiringRow,
);

export const renewalsRow = z
  .object({
    id,
    stage: renewalStage,
    isOver: z.boolean().meta({ description: 'true: nobody can decide it any more' }),
    snoozedUntil: instant.nullable(),
    decideBy: dayToDecide,
    entitlementId: id,
    entitlementName: z.string(),
    customerId: id,
    customerName: z.string().nullable(),
    owner: z.string().nullable(),
    tier: z.string().nullable(),
    endDate: day,
    timeZone: z.string(),
    daysLeft,
    accountManager: person.nullable(),
    proposed: z.enum(PROPOSAL_KINDS),
    proposal: z.string().meta({ description: 'The proposal in words, with its terms' }),
    opportunityId: id,
    successorId: id.nullable(),
    successorEnded: z
      .boolean()
      .meta({ description: 'Whether the successor was deleted, or canceled before its start: it renews nothing' }),
    decidedBy: z.string().nullable().meta({ description: 'Who accepted or declined the renewal' }),
    reason: z.string().nullable(),
    links: z.object({ renewal: link, ledger: link }),
  })
  .meta({ id: 'RenewalsRow' });

export const renewalsReportAnswer = reportOf('RenewalsReport', {}, renewalsRow);
