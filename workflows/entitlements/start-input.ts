import { isFlag, isId, isRecord, isWhole, orAbsent, type Shape } from '../messages/shapes.ts';
import { problemWithCreation } from './message-input.ts';

const isCreation: Shape = (value) => problemWithCreation(value) === undefined;
const isCarried = isRecord({ version: isWhole(1, 1), entitlement: isRecord({ id: isId }) });

/** What an entitlement's workflow is started with. Of what a run hands to the next one only the outline is checked. */
export const isEntitlementStart = isRecord({
  id: isId,
  revive: orAbsent(isFlag),
  created: orAbsent(isCreation),
  carried: orAbsent(isCarried),
});
