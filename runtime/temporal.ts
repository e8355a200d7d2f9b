import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';

/** Temporal's own client settings, from its standard environment variables and files: address, namespace, key, TLS. */
const connectConfig = () => loadClientConnectConfig();

export const temporalNamespace = (): string => connectConfig().namespace ?? 'default';

/**
 * A run whose end was disturbed by a message is tried again from its start, and turns messages away meanwhile: some
 * hundred milliseconds. But the server turns only the first away: it forgets that the run is ending as soon as it has
 * refused one message, and takes the next, which disturbs the end once more. So nobody asks often.
 */
const CLOSING_RETRY_MS = 100;
const EXHAUSTED_RETRY_MS = 1_000;
const OTHER_RETRY_MS = 100;
/** This lasts longer than a caller waits: the caller's deadline decides. */
const MAX_ATTEMPTS = 15;
/** gRPC's number for RESOURCE_EXHAUSTED: too much at once, and also a workflow that is just closing. */
const RESOURCE_EXHAUSTED = 8;

const retries = makeGrpcRetryInterceptor(
  defaultGrpcRetryOptions({
    maxAttempts: MAX_ATTEMPTS,
    initialIntervalMs: ({ code, details }) => {
      if (code !== RESOURCE_EXHAUSTED) return OTHER_RETRY_MS;
      return /closing/i.test(details) ? CLOSING_RETRY_MS : EXHAUSTED_RETRY_MS;
    },
  }),
);

/** A client for the settings of the environment. Throws when the server does not answer. */
export async function connectClient(): Promise<Client> {
  const { connectionOptions } = connectConfig();
  return new Client({
    connection: await Connection.connect({ ...connectionOptions, interceptors: [retries] }),
    namespace: temporalNamespace(),
  });
}

export async function connectWorker(): Promise<NativeConnection> {
  const { connectionOptions } = connectConfig();
  return await NativeConnection.connect(connectionOptions);
}
