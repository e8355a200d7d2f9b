import { untrueClaim } from '../../domain/cases/case-claims.ts';
import { type Refusal, refuse } from '../../domain/refusals.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import type { Envelope } from './messages.ts';
import { unpackCase } from './packed.ts';

/**
 * Compares what the sender of an update says it read, and which rows it says are written, with what the entitlement
 * itself knows. Refuses `validation_failed` where that cannot be true; else undefined. An entitlement that is being
 * brought back knows nothing yet: it reads PostgreSQL, and relies on no sender.
 */
export function problemWithClaims(
  run: EntitlementRun,
  { knowledge, confirmed }: Partial<Envelope>,
): Refusal | undefined {
  if (!run.exists) return undefined;
  const { memory, entitlement } = run;
  const isHandedOut = (span: readonly [number, number]) => memory.unconfirmed.couldBeWritten(span, entitlement.seq);
  if (confirmed?.some((span) => !isHandedOut(span)))
    return refuse('validation_failed', 'Only rows that were handed out can be confirmed.', 'confirmed').refused;
  if (knowledge === undefined) return undefined;
  if (!memory.mayHaveRead(knowledge.generation))
    return refuse('validation_failed', 'There was no such checkpoint.', 'knowledge.generation').refused;
  const claimed = memory.newTo(knowledge).map(unpackCase);
  if (claimed.length === 0) return undefined;
  const untrue =
    memory.checkpointNumber === 0
      ? 'The entitlement has forgotten no case.'
      : untrueClaim(entitlement, memory.remembered(), claimed);
  return untrue === undefined ? undefined : refuse('validation_failed', untrue, 'knowledge.cases').refused;
}
