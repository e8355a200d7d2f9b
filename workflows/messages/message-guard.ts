import type { Payload } from '@temporalio/common';
import { patched, type WorkflowInterceptors } from '@temporalio/workflow';
import { isStillEncrypted, isTooDeep, UNDECODABLE_PAYLOAD } from './payload-converter.ts';

/**
 * Stands between Temporal and every workflow. The library fails the workflow's task for a signal whose name has the
 * library's own prefix, and it decodes whatever a client sent, however large. A signal stays in the history, so such a
 * task would fail for ever. The guard changes each such message into one that the workflow can refuse.
 */

/** The prefix that the library reserves; see `TEMPORAL_RESERVED_PREFIX` of `@temporalio/common`. */
const RESERVED_PREFIX = '__temporal_';

/** Far more than the largest case event, which has about 12 kB. */
const MAX_SIGNAL_BYTES = 64 * 1_024;
/** Twice what this product's own processes send at most. */
const MAX_UPDATE_BYTES = 1_024 * 1_024;

interface Message {
  input?: Payload[] | null;
  headers?: Record<string, Payload> | null;
}

/** Keeps the first argument: every message of this product has one, and no other needs to be decoded. */
function keepFirst(message: Message): Payload | undefined {
  const first = message.input?.[0];
  if (first !== undefined) message.input = [first];
  return first;
}

const sizeOf = (payload: Payload): number => payload.data?.length ?? 0;

/** Bytes with all that is never read: an update that is accepted goes into the history as it came. */
const wholeSizeOf = ({ input, headers }: Message): number =>
  [...(input ?? []), ...Object.values(headers ?? {})].reduce((bytes, payload) => bytes + sizeOf(payload), 0);

interface Signal extends Message {
  signalName?: string | null;
}

/** A signal is in the history already: one that older code took must be taken again when the history is replayed. */
function guardSignal(signal: Signal): void {
  const name = signal.signalName ?? '';
  if (name === '' || name.startsWith(RESERVED_PREFIX)) signal.signalName = `reserved name ${name}`;
  const first = keepFirst(signal);
  if (first === undefined || (sizeOf(first) <= MAX_SIGNAL_BYTES && !isTooDeep(first))) return;
  if (patched('large-signals-are-refused')) signal.input = [UNDECODABLE_PAYLOAD];
}

interface Update extends Message {
  name?: string | null;
  runValidator?: boolean | null;
}

/** Only an update that is not accepted yet can still be refused. */
function guardUpdate(update: Update): void {
  if (!update.name) update.name = 'update without a name';
  const size = wholeSizeOf(update);
  const first = keepFirst(update);
  if (!update.runValidator) return;
  if (size > MAX_UPDATE_BYTES || (first !== undefined && isTooDeep(first))) update.input = [UNDECODABLE_PAYLOAD];
}

interface Query {
  arguments?: Payload[] | null;
}

/** A query asks about one case at most. */
function guardQuery(query: Query): void {
  const [first] = query.arguments ?? [];
  const isReadable = first !== undefined && sizeOf(first) <= MAX_SIGNAL_BYTES && !isTooDeep(first);
  query.arguments = isReadable ? [first] : [];
}

interface Start {
  arguments?: Payload[] | null;
}

/**
 * A workflow whose input cannot be read would fail for good. So its task fails instead: Temporal tries again, and an
 * operator decides.
 */
function guardStart(start: Start): void {
  if (start.arguments?.some(isStillEncrypted))
    throw new Error('The input is encrypted and cannot be read: it is damaged, or its key is lost.');
}

export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      activate: (input, next) => {
        for (const { initializeWorkflow, signalWorkflow, doUpdate, queryWorkflow } of input.activation.jobs ?? []) {
          if (initializeWorkflow != null) guardStart(initializeWorkflow);
          if (signalWorkflow != null) guardSignal(signalWorkflow);
          if (doUpdate != null) guardUpdate(doUpdate);
          if (queryWorkflow != null) guardQuery(queryWorkflow);
        }
        next(input);
      },
    },
  ],
});
