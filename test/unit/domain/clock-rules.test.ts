import { describe, expect, test } from 'vitest';
import { DEFAULT_CLOCK_RULES, isHoldReason, problemWithClockRules } from '../../../domain/slas/clock-rules.ts';

test('an SLA that says nothing warns at 75 per cent, lets every reason stop its clocks, and mails nobody', () => {
  expect(DEFAULT_CLOCK_RULES).toEqual({
    warnAtPercent: [75],
    firstResponsePausedBy: null,
    resolutionPausedBy: null,
    mailTo: [],
  });
  expect(problemWithClockRules(DEFAULT_CLOCK_RULES)).toBeUndefined();
});

describe('the rules of a clock are refused', () => {
  test.each([
    ['four warnings', { warnAtPercent: [10, 20, 30, 40] }, 'warnAtPercent'],
    ['a warning at 100 %', { warnAtPercent: [100] }, 'warnAtPercent.0'],
    ['a warning at a half per cent', { warnAtPercent: [0.5] }, 'warnAtPercent.0'],
    ['warnings that do not rise', { warnAtPercent: [75, 75] }, 'warnAtPercent.1'],
    ['a reason twice', { resolutionPausedBy: ['a', 'a'] }, 'resolutionPausedBy.1'],
    ['an empty reason', { firstResponsePausedBy: [''] }, 'firstResponsePausedBy.0'],
    ['an address twice', { mailTo: ['a@example.com', 'a@example.com'] }, 'mailTo.1'],
  ])('for %s', (_what, changes, field) => {
    expect(problemWithClockRules({ ...DEFAULT_CLOCK_RULES, ...changes })).toMatchObject({
      code: 'validation_failed',
      field,
    });
  });
});

test('a reason is a text of up to 100 characters without blanks around it', () => {
  expect(['waiting_for_customer', 'Wartung', 'x'.repeat(100)].map(isHoldReason)).toEqual([true, true, true]);
  expect(['', ' a', 'a ', 'x'.repeat(101), 'a\0'].map(isHoldReason)).toEqual([false, false, false, false, false]);
});
