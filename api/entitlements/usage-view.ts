import type { z } from 'zod';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { UsageDays, UsageStep } from '../../domain/entitlements/usage-days.ts';
import type { UsageMark } from '../../domain/entitlements/usage-marks.ts';
import type { UsageCourse, UsagePoint } from '../../domain/entitlements/usage-points.ts';
import {
  type NoProjection,
  paceSinceOf,
  projectUse,
  whyNoProjection,
} from '../../domain/entitlements/usage-projection.ts';
import { FORECAST_METHOD } from '../../domain/terms/depletion-forecast.ts';
import { unitOf } from '../../domain/terms/details.ts';
import { iso, isoOrNull } from '../http/instants.ts';
import type { usageAnswer } from './usage-answers.ts';

type Answer = z.infer<typeof usageAnswer>;

/** What was read about the use of an entitlement, and when. */
export interface UsageRead {
  readonly entitlement: Entitlement;
  readonly by: UsageStep;
  /** Null: nothing has begun yet. */
  readonly days: UsageDays | null;
  readonly course: UsageCourse;
  readonly marks: readonly UsageMark[];
  readonly marksCut: boolean;
  /** What cases used since `paceSinceOf`, minus what they gave back. */
  readonly usedLately: number;
  readonly now: number;
}

/** The answer to the question how an entitlement was used. */
export const usageView = (read: UsageRead): Answer => {
  const { entitlement, by, days, course } = read;
  const { details, status } = entitlement;
  return {
    entitlementId: entitlement.id,
    status,
    by,
    timeZone: details.timeZone,
    startsAt: isoOrNull(entitlement.startsAt),
    endsAt: isoOrNull(entitlement.endsAt),
    unit: unitOf(details),
    totalTerm: details.totalTerm,
    remainingTerm: course.remaining,
    since: days?.since ?? null,
    until: days?.until ?? null,
    opening: course.opening,
    points: course.points.map(pointView),
    marks: read.marks.map(markView),
    marksCut: read.marksCut,
    ...projectionView(read),
  };
};

const pointView = ({ since, until, ...point }: UsagePoint) => ({ ...point, since: iso(since), until: iso(until) });

const markView = ({ at, codes, ...mark }: UsageMark) => ({ ...mark, at: iso(at), codes: [...codes] });

function projectionView(read: UsageRead): Pick<Answer, 'projection' | 'noProjection'> {
  const { entitlement, course, usedLately, now } = read;
  const reason = whyNoProjection(entitlement);
  if (reason !== undefined) return { projection: null, noProjection: { reason, words: NO_PROJECTION_WORDS[reason] } };
  const since = paceSinceOf(entitlement, now);
  const projected = projectUse({ remaining: course.remaining ?? 0, used: usedLately, since }, entitlement, now);
  return {
    projection: {
      method: FORECAST_METHOD,
      paceSince: iso(since),
      usedSince: usedLately,
      perDay: projected.pacePerDay,
      depletesOn: projected.depletesOn,
      until: iso(projected.until),
      endsWith: projected.endsWith,
      line: projected.line.map(({ at, remaining }) => ({ at: iso(at), remaining })),
    },
    noProjection: null,
  };
}

const NO_PROJECTION_WORDS: Readonly<Record<NoProjection, string>> = {
  unlimited: 'The term is unlimited: nothing can run out.',
  draft: 'The entitlement is a draft: no case can attach to it.',
  waiting: 'The entitlement has not started yet.',
  ended: 'The entitlement has ended: no case attaches to it any more.',
};
