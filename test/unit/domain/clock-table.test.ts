import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ServiceCalendar } from '../../../domain/slas/business-calendar.ts';
import { type ClockFact, clocksOf, type SlaVersion } from '../../../domain/slas/case-clocks.ts';
import { readingOf } from '../../../domain/slas/clock-reading.ts';
import { type MinuteReading, readByMinutes } from '../../support/minute-reading.ts';
import { runs } from '../../support/property-runs.ts';
import { OTHER, OWN, slaWith } from './clock-scenes.ts';
import { instant } from './samples.ts';
import {
  BERLIN,
  everyHour,
  hoursOn,
  LORD_HOWE,
  MINUTE_MS,
  MONDAY_TO_FRIDAY,
  NEW_YORK,
  office,
} from './service-hours.ts';

/** Calendars, each with the instant at which the case comes in. */
const CALENDARS: readonly (readonly [what: string, calendar: ServiceCalendar, start: string])[] = [
  ['at all times', { kind: '24x7' }, '2026-06-01T08:00Z'],
  ['in the office, on Friday afternoon', office(BERLIN), '2026-06-05T13:20Z'],
  ['in the office, at night before a holiday', office(BERLIN, ['2026-06-02']), '2026-06-01T20:00Z'],
  ['with a break at noon', hoursOn(MONDAY_TO_FRIDAY, '08:30-12:00 13:00-16:45', NEW_YORK), '2026-06-03T14:15Z'],
  ['over midnight', hoursOn(MONDAY_TO_FRIDAY, '22:00-06:00', 'Asia/Kolkata'), '2026-06-04T20:10Z'],
  ['when clocks go forward', everyHour(BERLIN), '2026-03-28T20:00Z'],
  ['when clocks go back', everyHour(BERLIN), '2026-10-24T20:00Z'],
  ['when clocks go back by half an hour', everyHour(LORD_HOWE), '2026-04-04T10:00Z'],
  ['a quarter of an hour off', office('Asia/Kathmandu'), '2026-06-02T04:07Z'],
];

type At = (minutes: number) => Pick<ClockFact, 'at' | 'entitlementId'>;
type Story = (at: At, sla: SlaVersion) => readonly ClockFact[];

const fact = (
  at: ReturnType<At>,
  kind: 'responded' | 'resolved' | 'reactivated' | 'canceled' | 'detached',
): ClockFact => ({
  ...at,
  kind,
});
const held = (at: ReturnType<At>, reason = 'customer'): ClockFact => ({ ...at, kind: 'held', reason });
const released = (at: ReturnType<At>, reason = 'customer'): ClockFact => ({ ...at, kind: 'released', reason });
const begins = ({ at }: ReturnType<At>, sla: SlaVersion, entitlementId = OWN): ClockFact => ({
  kind: 'attached',
  at,
  entitlementId,
  seq: 1,
  sla,
});

/** What happens to a case, at minutes after it came in. */
const STORIES: Readonly<Record<string, Story>> = {
  'nobody does anything': (at, sla) => [begins(at(0), sla)],
  'answered and resolved': (at, sla) => [begins(at(0), sla), fact(at(25), 'responded'), fact(at(400), 'resolved')],
  'answered late, resolved later': (at, sla) => [
    begins(at(0), sla),
    fact(at(2_900), 'responded'),
    fact(at(5_000), 'resolved'),
  ],
  'one hold': (at, sla) => [begins(at(0), sla), held(at(20)), released(at(980)), fact(at(1_600), 'resolved')],
  'holds that overlap': (at, sla) => [
    begins(at(0), sla),
    held(at(10)),
    held(at(40), 'supplier'),
    released(at(700)),
    held(at(800), 'maintenance'),
    released(at(900), 'supplier'),
    released(at(1_500), 'maintenance'),
  ],
  'on hold from the beginning': (at, sla) => [
    held(at(0)),
    begins(at(0), sla),
    released(at(1_450)),
    fact(at(1_460), 'responded'),
  ],
  'resolved on hold, reactivated': (at, sla) => [
    begins(at(0), sla),
    held(at(30)),
    fact(at(500), 'resolved'),
    fact(at(1_900), 'reactivated'),
    released(at(2_000)),
  ],
  'reactivated twice': (at, sla) => [
    begins(at(0), sla),
    fact(at(60), 'resolved'),
    fact(at(1_500), 'reactivated'),
    fact(at(1_530), 'resolved'),
    fact(at(3_000), 'reactivated'),
  ],
  'canceled, and reactivated': (at, sla) => [
    begins(at(0), sla),
    fact(at(50), 'canceled'),
    fact(at(2_800), 'reactivated'),
    fact(at(2_900), 'resolved'),
  ],
  'canceled on hold after the due time': (at, sla) => [
    begins(at(0), sla),
    held(at(5_900)),
    fact(at(6_000), 'canceled'),
  ],
  'moved with a hold': (at, sla) => [
    begins(at(0), sla),
    held(at(15)),
    begins(at(120), { ...sla, slaId: 'gold', firstResponseMinutes: 40, resolutionMinutes: 120 }, OTHER),
    fact(at(121), 'detached'),
    { ...released(at(300)), entitlementId: OTHER },
  ],
  'resolved, taken over by a successor, reactivated there on hold': (at, sla) => [
    begins(at(0), sla),
    fact(at(500), 'resolved'),
    begins(at(600), { ...sla, version: 2 }, OTHER),
    { ...fact(at(600), 'resolved'), entitlementId: OTHER },
    fact(at(601), 'detached'),
    { ...fact(at(1_500), 'reactivated'), entitlementId: OTHER },
    { ...held(at(1_520)), entitlementId: OTHER },
    { ...released(at(1_600)), entitlementId: OTHER },
  ],
  'moved after the SLA was changed': (at, sla) => [
    begins(at(0), sla),
    begins(at(1_440), { ...sla, version: 2, resolutionMinutes: 60, warnAtPercent: [10, 50, 90] }, OTHER),
  ],
  'held for a reason that stops one clock only': (at, sla) => [
    begins(at(0), { ...sla, firstResponsePausedBy: [], resolutionPausedBy: ['supplier'], warnAtPercent: [] }),
    held(at(7)),
    held(at(31), 'supplier'),
    released(at(2_000), 'supplier'),
  ],
};

/** The whole of both readings of one case, at an instant. */
function bothReadings(facts: readonly ClockFact[], until: number): [MinuteReading[], readonly MinuteReading[]] {
  const own = clocksOf(facts).map((clock): MinuteReading => {
    const { status, usedMinutes, pausedMinutes, breachedAt, metAt, occurrences } = readingOf(clock, until);
    const warned = occurrences.flatMap(({ percent, at }) => (percent === undefined ? [] : [[percent, at] as const]));
    return { target: clock.target, status, usedMinutes, pausedMinutes, breachedAt, metAt, warned };
  });
  return [own, readByMinutes(facts, until)];
}

describe.each(CALENDARS)('a clock %s', (_what, calendar, start) => {
  const at: At = (minutes) => ({ at: instant(start) + minutes * MINUTE_MS, entitlementId: OWN });
  const sla = slaWith({ calendar, firstResponseMinutes: 60, resolutionMinutes: 480, warnAtPercent: [50, 75] });

  test.each(Object.entries(STORIES))('stands as a count minute by minute says: %s', (_story, factsOf) => {
    for (const until of [45, 720, 1_560, 3_100, 7_300]) {
      const facts = factsOf(at, sla).filter((each) => each.at <= at(until).at);
      const [own, counted] = bothReadings(facts, at(until).at);
      expect(own).toEqual(counted);
    }
  });
});

const anyFact: fc.Arbitrary<(at: At, sla: SlaVersion) => ClockFact> = fc.oneof(
  fc.tuple(fc.nat(4_000), fc.constantFrom('responded', 'resolved', 'reactivated', 'canceled', 'detached')).map(
    ([minutes, kind]) =>
      (at: At) =>
        fact(at(minutes), kind),
  ),
  fc.tuple(fc.nat(4_000), fc.constantFrom('customer', 'supplier'), fc.boolean()).map(
    ([minutes, reason, isHeld]) =>
      (at: At) =>
        (isHeld ? held : released)(at(minutes), reason),
  ),
  fc.tuple(fc.nat(4_000), fc.integer({ min: 1, max: 300 })).map(
    ([minutes, more]) =>
      (at: At, sla: SlaVersion) =>
        begins(at(minutes), { ...sla, firstResponseMinutes: more, resolutionMinutes: more * 3 }, OTHER),
  ),
);

test('whatever happens to a case, its clocks stand as a count minute by minute says', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CALENDARS),
      fc.array(anyFact, { maxLength: 12 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 3 }),
      fc.nat(5_000),
      ([_what, calendar, start], story, percents, until) => {
        const at: At = (minutes) => ({ at: instant(start) + minutes * MINUTE_MS, entitlementId: OWN });
        // Percentages of 100 minutes are whole minutes.
        const warnAtPercent = percents.sort((one, other) => one - other);
        const sla = slaWith({ calendar, firstResponseMinutes: 100, resolutionMinutes: 300, warnAtPercent });
        const facts = [begins(at(0), sla), ...story.map((make) => make(at, { ...sla, warnAtPercent: [] }))]
          .sort((one, other) => one.at - other.at)
          .filter((each) => each.at <= at(until).at);
        const [own, counted] = bothReadings(facts, at(until).at);
        expect(own).toEqual(counted);
      },
    ),
    runs(60),
  );
});
