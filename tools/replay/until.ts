import { setTimeout as sleep } from 'node:timers/promises';
import { ActionableError } from '../../client/failure.ts';

/** Reads follow the workflow at once; only on a very busy machine does it take this long. */
const TIMEOUT_MS = 30_000;
const POLL_MS = 200;

/** Reads until `found` accepts the value. After 30 s throws with what `missing` says of the last value. */
export async function until<Value>(
  read: () => Promise<Value>,
  found: (value: Value) => boolean,
  missing: (value: Value) => string,
): Promise<Value> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    const value = await read();
    if (found(value)) return value;
    if (performance.now() > deadline) throw new ActionableError(missing(value));
    await sleep(POLL_MS);
  }
}
