import { expect, test } from 'vitest';
import { statusAt } from '../../../domain/slas/clock-risk.ts';

const DUE = 1_000_000;

test.each(['in_progress', 'nearing'] as const)('a clock on record as %s is breached from its due time on', (status) => {
  expect(statusAt({ status, dueAt: DUE }, DUE - 1)).toBe(status);
  expect(statusAt({ status, dueAt: DUE }, DUE)).toBe('breached');
});

test.each(['breached', 'paused', 'met', 'canceled'] as const)('a clock on record as %s stays so', (status) => {
  for (const now of [DUE - 1, DUE, DUE + 1]) expect(statusAt({ status, dueAt: DUE }, now)).toBe(status);
});
