import type { Client } from '@temporalio/client';
import type { Sql } from '../../db/postgres/sql.ts';
import { type CivilDate, DAY_MS, dateAt, type EpochMs, plusDays, plusMonths } from '../../domain/calendar.ts';
import { createEntitlement } from '../../domain/entitlements/evolve.ts';
import { entitlementId } from '../../domain/ids.ts';
import { lifeRow } from '../../domain/ledger/ledger-row.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { startCarried } from '../bench/due-together.ts';
import { benchDetails } from '../bench/records.ts';

/**
 * Drafts in which something is due at a chosen second. Terms begin and end at midnight in their zone, and the zones of
 * the IANA database begin their days at quarters of an hour; a workflow that is handed its details takes an offset such
 * as `-09:41:07` as well.
 */

const MS_PER_SECOND = 1_000;
const NOTICE_DAYS = 30;

/** What is due at the instant, for each sort of timed entitlement. */
export const TIMED_SORTS = ['starts', 'ends', 'turns', 'noticed', 'lapses', 'tops'] as const;
export type TimedSort = (typeof TIMED_SORTS)[number];

/** The next whole second. */
export const wholeSecond = (at: EpochMs): EpochMs => Math.ceil(at / MS_PER_SECOND) * MS_PER_SECOND;

/** The offset at which a day begins at `at`, a whole second; within twelve hours of UTC. */
export function zoneWithMidnightAt(at: EpochMs): string {
  const past = (at % DAY_MS) / MS_PER_SECOND;
  const offset = past <= DAY_MS / MS_PER_SECOND / 2 ? -past : DAY_MS / MS_PER_SECOND - past;
  const size = Math.abs(offset);
  const parts = [Math.floor(size / 3_600), Math.floor(size / 60) % 60, size % 60];
  return (offset < 0 ? '-' : '+') + parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** The first and last day of an entitlement to which this happens on the day `on`. */
function term(sort: TimedSort, on: CivilDate): Pick<EntitlementDetails, 'startDate' | 'endDate'> {
  switch (sort) {
    case 'starts':
      return { startDate: on, endDate: plusDays(on, 100) };
    case 'ends':
    case 'lapses':
      return { startDate: plusDays(on, -300), endDate: plusDays(on, -1) };
    case 'turns':
      // Each period begins on the same day of the month.
      return { startDate: plusMonths(on, -12), endDate: plusDays(on, 200) };
    case 'noticed':
      return { startDate: plusDays(on, -300), endDate: plusDays(on, NOTICE_DAYS - 1) };
    case 'tops':
      return { startDate: plusDays(on, -10), endDate: plusDays(on, 300) };
  }
}

/** The last day of a top-up that expires at the instant. */
export const dayBefore = (at: EpochMs): CivilDate => plusDays(dateAt(at, zoneWithMidnightAt(at)), -1);

interface TimedDraft {
  readonly id: string;
  readonly customer: string;
  readonly sort: TimedSort;
  readonly at: EpochMs;
  readonly totalTerm: number;
}

const policy = {
  noticeDays: NOTICE_DAYS,
  reminderDays: 15,
  escalationDays: 5,
  accountManager: { name: 'Renewals desk', email: 'renewals@chaos.example' },
  escalateTo: null,
  propose: 'by_use',
} as const;

const detailsOf = ({ id, customer, sort, at, totalTerm }: TimedDraft): EntitlementDetails => {
  const timeZone = zoneWithMidnightAt(at);
  return {
    ...benchDetails(`${sort} ${id}`, customer),
    ...term(sort, dateAt(at, timeZone)),
    timeZone,
    totalTerm,
    period: sort === 'turns' ? 'month' : null,
    rolloverCap: sort === 'turns' ? 2 : 0,
    renewalPolicy: sort === 'noticed' || sort === 'lapses' ? policy : null,
  };
};

/** Puts the draft into the database and starts its workflow with it; it is activated like any other draft. */
export async function startTimedDraft(sql: Sql, temporal: Client, timed: TimedDraft): Promise<void> {
  const origin = { at: Date.now(), by: 'chaos', key: null, fingerprint: null, reason: null };
  const created = lifeRow(origin, 'created', { details: detailsOf(timed) }, timed.totalTerm);
  const { entitlement, row } = createEntitlement(entitlementId(timed.id), created);
  await startCarried({ sql, temporal }, entitlement, [row]);
}
