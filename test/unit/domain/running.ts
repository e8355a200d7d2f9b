import type { CaseEvent } from '../../../domain/cases/case-event.ts';
import type { LifeCommand } from '../../../domain/entitlements/life.ts';
import type { Decided } from '../../../domain/refusals.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import type { EventAnswer } from '../../../workflows/entitlements/case-messages.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import type { LifeAnswer } from '../../../workflows/entitlements/life-messages.ts';
import { DURING, ID } from './samples.ts';

/** The run of an active entitlement, as its workflow holds it in memory. */
export function activeRun(details: EntitlementDetails): EntitlementRun {
  const run = new EntitlementRun(ID);
  run.create({ by: 'tester', key: 'created', details, renewsId: null }, DURING);
  run.command({ kind: 'activate' }, { by: 'tester', key: 'activated', reason: null }, DURING);
  return run;
}

export function eventTo(run: EntitlementRun, event: CaseEvent, now = DURING): EventAnswer {
  const [answer] = run.caseEvents([event], 'tester', now, 'sender').results;
  if (answer === undefined) throw new Error('Every event gets an answer.');
  return answer;
}

export const commandTo = (
  run: EntitlementRun,
  command: LifeCommand,
  now = DURING,
  key: string | null = null,
): Decided<LifeAnswer> => run.command(command, { by: 'tester', key, reason: null }, now);
