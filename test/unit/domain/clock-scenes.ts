import { entitlementId } from '../../../domain/ids.ts';
import type { AttachedFact, ClockFact, NamedClock, SlaVersion } from '../../../domain/slas/case-clocks.ts';
import { clocksOf } from '../../../domain/slas/case-clocks.ts';
import { type ClockReading, readingOf } from '../../../domain/slas/clock-reading.ts';
import { DEFAULT_CLOCK_RULES } from '../../../domain/slas/clock-rules.ts';
import { instant } from './samples.ts';
import { BERLIN, office } from './service-hours.ts';

export const OWN = entitlementId('ent-1');
export const OTHER = entitlementId('ent-2');

/** An hour to the first response and eight to the resolution, in office hours of Berlin. */
export const slaWith = (changes: Partial<SlaVersion> = {}): SlaVersion => ({
  slaId: 'silver',
  version: 1,
  name: 'Silver',
  firstResponseMinutes: 60,
  resolutionMinutes: 480,
  calendar: office(BERLIN),
  ...DEFAULT_CLOCK_RULES,
  ...changes,
});

/** The same at all times. */
export const always = (changes: Partial<SlaVersion> = {}) => slaWith({ calendar: { kind: '24x7' }, ...changes });

/** Facts about a case; `at` as people read it: `2026-06-01T12:00Z`. */
export const attached = (at: string, sla: SlaVersion | null, entitlement = OWN): AttachedFact => ({
  kind: 'attached',
  at: instant(at),
  entitlementId: entitlement,
  seq: 1,
  sla,
});
export const fact = (
  kind: 'responded' | 'resolved' | 'reactivated' | 'canceled' | 'detached',
  at: string,
  entitlement = OWN,
): ClockFact => ({ kind, at: instant(at), entitlementId: entitlement });
export const held = (at: string, reason = 'customer', entitlement = OWN): ClockFact => ({
  kind: 'held',
  at: instant(at),
  reason,
  entitlementId: entitlement,
});
export const released = (at: string, reason = 'customer', entitlement = OWN): ClockFact => ({
  kind: 'released',
  at: instant(at),
  reason,
  entitlementId: entitlement,
});

/** The newest clock of a target after these facts. */
export function clockAfter(facts: readonly ClockFact[], target: NamedClock['target'] = 'resolution'): NamedClock {
  const clock = clocksOf(facts).findLast((each) => each.target === target);
  if (clock === undefined) throw new Error(`there is no clock of the ${target}`);
  return clock;
}

/** The same as it stands at an instant. */
export const readingAfter = (
  facts: readonly ClockFact[],
  at: string,
  target: NamedClock['target'] = 'resolution',
): ClockReading => readingOf(clockAfter(facts, target), instant(at));

/** What happened to the clock, as kind and instant. */
export const happened = ({ occurrences }: Pick<ClockReading, 'occurrences'>): [string, string][] =>
  occurrences.map(({ kind, percent, at }) => [
    percent === undefined ? kind : `${kind} ${percent}`,
    new Date(at).toISOString().replace(':00.000Z', 'Z'),
  ]);
