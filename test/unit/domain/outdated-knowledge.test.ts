import { expect, test } from 'vitest';
import { packCase } from '../../../workflows/entitlements/packed.ts';
import { ForgetfulWorld } from './forgetful-world.ts';
import { activeRun, eventTo } from './running.ts';
import { attach, DURING, detailsWith } from './samples.ts';

test('what a sender read before the last checkpoint is not trusted, because it cannot be checked', () => {
  const details = detailsWith({ allocationType: 'hours', totalTerm: 100 });
  const world = new ForgetfulWorld(activeRun(details));
  world.event({ ...attach('c1', { minutes: 10 }), key: 'k1' }, DURING, undefined, 'writes');
  world.checkpoint();
  const attached = activeRun(details);
  eventTo(attached, { ...attach('c1', { minutes: 10 }), key: 'k1' });
  const known = attached.memory.caseOf(attach('c1').caseId);
  if (known === undefined) throw new Error('The case is attached.');
  const forged = { ...packCase(known), caseId: attach('c2').caseId, minutes: 5_000, taken: 5_000 };
  world.run.memory.learn({ knowledge: { generation: 0, cases: [forged] } });
  expect(world.run.memory.caseOf(attach('c2').caseId)).toBeUndefined();
  expect(world.run.state.remainingTerm).toBe(90);
});
