import { Histogram } from 'prom-client';
import { RefusalError } from '../domain/refusals.ts';
import { noteDeadline } from '../runtime/telemetry/deadlines.ts';
import { metrics, SECONDS } from '../runtime/telemetry/registry.ts';
import { traced } from '../runtime/telemetry/traces.ts';

const updates = new Histogram({
  name: 'allot_workflow_update_seconds',
  help: 'Time from sending an update to an entitlement to its answer',
  labelNames: ['update', 'outcome'],
  buckets: SECONDS,
  registers: [metrics],
});

/**
 * Times an update of an entitlement, whose name is one of a few. The outcome is `answered`, `refused`, `unavailable`
 * where no decision came in time, or `failed`.
 */
export async function timeOfUpdate<Answer>(update: string, ask: () => Promise<Answer>): Promise<Answer> {
  const end = updates.startTimer({ update });
  try {
    const answer = await traced(`update ${update}`, {}, ask);
    end({ outcome: 'answered' });
    return answer;
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome === 'unavailable') noteDeadline('decision');
    end({ outcome });
    throw error;
  }
}

function outcomeOf(error: unknown): 'refused' | 'unavailable' | 'failed' {
  if (!(error instanceof RefusalError)) return 'failed';
  return error.refusal.code === 'unavailable' ? 'unavailable' : 'refused';
}
