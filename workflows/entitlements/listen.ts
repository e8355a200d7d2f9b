import { setHandler } from '@temporalio/workflow';
import { listenToCases, listenToUnwritten } from './case-handlers.ts';
import { listenToCreation, listenToLife } from './life-handlers.ts';
import type { Listening } from './listening.ts';
import { state } from './messages.ts';
import type { EntitlementInput } from './run-input.ts';
import { listenToSignals } from './signal-handlers.ts';

/**
 * Connects the messages that an entitlement takes to its decisions. The order of the calls matters: messages that came
 * before are handed out as their handlers are set. Creation is first, then signals that the run before received, then
 * signals in the order in which they came, then updates.
 */
export function listen(listening: Listening, input: EntitlementInput): void {
  setHandler(state, () => listening.run.state, { description: 'The entitlement as it stands' });
  listenToUnwritten(listening);
  listenToCreation(listening, input.revive === true);
  listenToSignals(listening, input.carried?.signals ?? []);
  listenToLife(listening);
  listenToCases(listening);
}
