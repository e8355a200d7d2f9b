import { expect, test } from 'vitest';
import { wasOlder } from '../../../bin/reconcile/named-losses.ts';

test('rows, steps and attempts that came from histories show that the database was older, and nothing else does', () => {
  for (const kind of ['rows', 'renewal_step', 'attempts'] as const)
    expect([kind, wasOlder([{ kind }])]).toEqual([kind, true]);
  for (const kind of ['snapshot', 'case', 'workflow', 'signal', 'move', 'renewal', 'clock', 'delivery'] as const)
    expect([kind, wasOlder([{ kind }])]).toEqual([kind, false]);
  expect(wasOlder([{ kind: 'signal' }, { kind: 'rows' }])).toBe(true);
});
