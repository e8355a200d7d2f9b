import {
  Client,
  type ClientInterceptors,
  type ClientOptions,
  Connection,
  type ConnectionLike,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { payloadEncryption } from './encryption/payload-encryption.ts';
import { RenewableChannel } from './renewable-channel.ts';

/** Temporal's client settings from its standard environment variables and files: address, namespace, API key, TLS. */
export const connectConfig = () => loadClientConnectConfig();

/** The namespace of these settings. */
export const temporalNamespace = (): string => connectConfig().namespace ?? 'default';

/**
 * When a message interrupts the end of a workflow run, the server repeats the end and refuses messages in the meantime,
 * for some hundred milliseconds. It refuses only the first one, though: then it forgets that the run is ending, accepts
 * the next message, and the end is interrupted again. So messages must not be repeated too often.
 */
const CLOSING_RETRY_MS = 100;
const EXHAUSTED_RETRY_MS = 1_000;
const OTHER_RETRY_MS = 100;
/** Enough attempts to last longer than any caller waits, so that the caller's deadline decides. */
const MAX_ATTEMPTS = 15;
/** gRPC's number for RESOURCE_EXHAUSTED: too many requests, or a workflow that is just closing. */
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

/** How soon a lost connection is tried again. By default gRPC waits up to two minutes. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 };

/** A client on this connection that encrypts and decrypts payloads as `ALLOT_PAYLOAD_KEYS` says. */
export const clientOn = (connection: ConnectionLike, more: Omit<ClientOptions, 'connection' | 'dataConverter'> = {}) =>
  new Client({ namespace: temporalNamespace(), ...more, connection, dataConverter: payloadEncryption().ofClients });

/** A client for these settings. Rejects when the server does not answer. */
export async function connectClient(): Promise<Client> {
  const { connectionOptions } = connectConfig();
  return clientOn(await Connection.connect({ ...connectionOptions, channelArgs: RECONNECT, interceptors: [retries] }));
}

/**
 * A client for a process that must outlive failures of Temporal. It connects on first use; `renew` replaces its
 * connection.
 */
export function lastingClient(interceptors: ClientInterceptors = {}): {
  readonly client: Client;
  readonly renew: () => void;
} {
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
  return { client: clientOn(connection, { interceptors }), renew: () => channel?.renew() };
}
