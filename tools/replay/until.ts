import { setTimeout as sleep } from 'node:timers/promises';
import { ActionableError } from '../../client/failure.ts';

/** The read model follows the workflow at once; this much longer only when the machine is very busy. */
const TIMEOUT_MS = 30_000;
const POLL_MS = 200;

/** Reads until `found` says that it is there; past 30 s fails with what `missing` says of the last one read. */
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
