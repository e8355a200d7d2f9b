import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { RenewableChannel } from './renewable-channel.ts';

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

/** How soon a lost connection is tried again: by default gRPC waits up to two minutes. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 };

/** A client for the settings of the environment. Throws when the server does not answer. */
export async function connectClient(): Promise<Client> {
  const { connectionOptions } = connectConfig();
  return new Client({
    connection: await Connection.connect({ ...connectionOptions, channelArgs: RECONNECT, interceptors: [retries] }),
    namespace: temporalNamespace(),
  });
}

/** A client for a process that goes on whatever happens to Temporal, and the way to replace its connection. */
export function lastingClient(): { readonly client: Client; readonly renew: () => void } {
  const { connectionOptions } = connectConfig();
  let channel: RenewableChannel | undefined;
  const channelArgs = {
    ...RECONNECT,
    channelFactoryOverride: (...args: ConstructorParameters<typeof RenewableChannel>) => {
      channel = new RenewableChannel(...args);
      return channel;
    },
  };
  const connection = Connection.lazy({ ...connectionOptions, channelArgs, interceptors: [retries] });
  return { client: new Client({ connection, namespace: temporalNamespace() }), renew: () => channel?.renew() };
}

/** How long a worker waits for the first answer on a new connection. */
const CONNECTED_WITHIN_MS = 2_500;

/** A worker's connection. Throws when the server does not answer in time. */
export async function connectWorker(): Promise<NativeConnection> {
  const connecting = NativeConnection.connect(connectConfig().connectionOptions);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Temporal does not answer.')), CONNECTED_WITHIN_MS);
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    // One that comes later is not used.
    connecting.then((connection) => connection.close()).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
