import { clockName } from '../../db/clocks/clock-records.ts';
import { enqueueEmail } from '../../db/deliveries/emails.ts';
import { type NewEvent, recordEvents } from '../../db/deliveries/events.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { isGoing } from '../../domain/slas/case-clock.ts';
import type { Announced, CaseOfClocks } from './announced.ts';
import { clockMail } from './clock-mail.ts';

const EVENT_OF = {
  nearing: 'sla.nearing',
  breached: 'sla.breached',
  met: 'sla.met',
  paused: 'sla.paused',
  resumed: 'sla.resumed',
} as const;

/**
 * Records the events and the mails of what happened, in the transaction that remembers it as announced. A mail asks its
 * reader to act, so there is none about a clock that has ended.
 */
export async function announceOccurrences(
  tx: Sql,
  about: CaseOfClocks,
  announced: readonly Announced[],
): Promise<void> {
  await recordEvents(
    tx,
    announced.map((each) => eventOf(about, each)),
  );
  for (const each of announced) {
    const { kind } = each.occurrence;
    if ((kind !== 'nearing' && kind !== 'breached') || !isGoing(each.clock)) continue;
    const mail = clockMail(kind, about, each);
    for (const to of each.clock.sla.mailTo)
      await enqueueEmail(tx, { key: `${keyOf(about, each)}:${to}`, about: about.caseId, to, ...mail });
  }
}

/** The once-only key of an occurrence. */
const keyOf = ({ caseId }: CaseOfClocks, { clock, occurrence: { name } }: Announced): string =>
  `clock:${caseId}:${clockName(clock)}:${name}`;

function eventOf(about: CaseOfClocks, announced: Announced): NewEvent {
  const { clock, reading, occurrence } = announced;
  const { caseId, customerId } = about;
  return {
    key: keyOf(about, announced),
    type: EVENT_OF[occurrence.kind],
    at: occurrence.at,
    recordType: 'case',
    recordId: caseId,
    customerId,
    data: {
      caseId,
      customerId,
      entitlementId: clock.entitlementId,
      target: clock.target,
      slaId: clock.sla.slaId,
      slaVersion: clock.sla.version,
      status: reading.status,
      startedAt: iso(reading.startedAt),
      dueAt: iso(reading.dueAt),
      metAt: reading.metAt === null ? null : iso(reading.metAt),
      usedMinutes: reading.usedMinutes,
      pausedMinutes: reading.pausedMinutes,
      promisedMinutes: clock.terms.promisedMinutes,
      ...(occurrence.percent === undefined ? {} : { usedPercent: occurrence.percent }),
      ...(occurrence.reasons === undefined ? {} : { reasons: occurrence.reasons }),
    },
  };
}

const iso = (at: number): string => new Date(at).toISOString();
