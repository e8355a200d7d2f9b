// Apart from the connection of clients: an API would otherwise load all that a worker needs, at each start.
import { NativeConnection } from '@temporalio/worker';
import { connectConfig } from './connection.ts';

/** How long a worker waits for the first answer on a new connection. */
const CONNECTED_WITHIN_MS = 2_500;

/** A connection for a worker. Rejects when the server does not answer within `CONNECTED_WITHIN_MS`. */
export async function connectWorker(): Promise<NativeConnection> {
  const connecting = NativeConnection.connect(connectConfig().connectionOptions);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Temporal does not answer.')), CONNECTED_WITHIN_MS);
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    // A connection that is established later is not used.
    connecting.then((connection) => connection.close()).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
