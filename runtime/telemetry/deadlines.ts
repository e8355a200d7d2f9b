import { Counter } from 'prom-client';
import { metrics } from './registry.ts';

/**
 * The limits of this process, by what they end:
 * - "answer": a request got 503 because its answer took too long.
 * - "decision": no entitlement decided in time.
 * - "batch": a call waited too long for its turn in a batch, or its batch took too long.
 * - "overload": a call was refused at once because too many waited for the database.
 * - "transaction": all connections for transactions were busy for too long.
 * - "statement": PostgreSQL canceled a statement that took too long.
 * - "silence": a connection was closed because PostgreSQL did not answer on it.
 */
export type Deadline = 'answer' | 'decision' | 'batch' | 'overload' | 'transaction' | 'statement' | 'silence';

const hits = new Counter({
  name: 'allot_deadline_hits_total',
  help: 'Waits that a limit of this process ended',
  labelNames: ['deadline'],
  registers: [metrics],
});
const ALL: readonly Deadline[] = ['answer', 'decision', 'batch', 'overload', 'transaction', 'statement', 'silence'];
// An alert on the increase of a counter needs its 0.
for (const deadline of ALL) hits.inc({ deadline }, 0);

/** Counts a wait that was ended by a limit. */
export const noteDeadline = (deadline: Deadline): void => hits.inc({ deadline });
