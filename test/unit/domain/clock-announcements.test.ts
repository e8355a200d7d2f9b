import { expect, test } from 'vitest';
import type { ClockOccurrence } from '../../../domain/slas/case-clock.ts';
import { announcedAfter, isWorthTelling, unannounced } from '../../../domain/slas/clock-announcements.ts';

const occurrence = (kind: ClockOccurrence['kind'], at: number): ClockOccurrence => ({
  kind,
  name: kind === 'breached' ? kind : `${kind}:${at}`,
  at,
});

test('what happened is announced once, whichever turn finds it', () => {
  const first = [occurrence('nearing', 1), occurrence('breached', 2)];
  expect(unannounced(first, [])).toEqual(first);
  const announced = announcedAfter(first, []);
  expect(unannounced(first, announced)).toEqual([]);
  const more = [...first, occurrence('met', 3)];
  expect(unannounced(more, announced).map(({ name }) => name)).toEqual(['met:3']);
});

test('a breach that was announced is never announced again, even after it was counted away', () => {
  const announced = announcedAfter([occurrence('breached', 2)], []);
  const without = announcedAfter([], announced);
  expect(without).toEqual(['breached']);
  expect(unannounced([occurrence('breached', 5)], without)).toEqual([]);
});

test('a clock that is held and released without end does not grow what is remembered', () => {
  const many = Array.from({ length: 5_000 }, (_, at) => occurrence(at % 2 === 0 ? 'paused' : 'resumed', at));
  const announced = announcedAfter([occurrence('nearing', 1), ...many], []);
  expect(announced.length).toBeLessThanOrEqual(101);
  expect(announced).toContain('nearing:1');
  expect(unannounced([occurrence('nearing', 1), ...many], announced)).toEqual([]);
});

test('of a clock that was canceled, a warning and a breach are not told; everything else is', () => {
  for (const [kind, ofCanceled] of [
    ['nearing', false],
    ['breached', false],
    ['met', true],
    ['paused', true],
    ['resumed', true],
  ] as const) {
    expect([kind, isWorthTelling(occurrence(kind, 1), { status: 'canceled' })]).toEqual([kind, ofCanceled]);
    expect([kind, isWorthTelling(occurrence(kind, 1), { status: 'breached' })]).toEqual([kind, true]);
  }
});
