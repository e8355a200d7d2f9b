import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';

/** Temporal's own client settings, from its standard environment variables and files: address, namespace, key, TLS. */
const connectConfig = () => loadClientConnectConfig();

export const temporalNamespace = (): string => connectConfig().namespace ?? 'default';

/** A client for the settings of the environment. Throws when the server does not answer. */
export async function connectClient(): Promise<Client> {
  const { connectionOptions } = connectConfig();
  return new Client({ connection: await Connection.connect(connectionOptions), namespace: temporalNamespace() });
}

export async function connectWorker(): Promise<NativeConnection> {
  const { connectionOptions } = connectConfig();
  return await NativeConnection.connect(connectionOptions);
}
