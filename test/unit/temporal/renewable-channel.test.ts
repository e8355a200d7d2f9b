import { once } from 'node:events';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lastingClient } from '../../../temporal/connection.ts';

const bytes = (message: Buffer): Buffer => message;
const GET_SYSTEM_INFO = {
  path: '/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo',
  requestStream: false,
  responseStream: false,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
} as const;

/** A Temporal that is not available. */
let server: Server;
beforeEach(async () => {
  server = new Server();
  server.addService(
    { getSystemInfo: GET_SYSTEM_INFO },
    { getSystemInfo: (_call: unknown, answer: (error: object) => void) => answer({ code: status.UNAVAILABLE }) },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  vi.stubEnv('TEMPORAL_ADDRESS', `127.0.0.1:${port}`);
});
afterEach(() => {
  server.forceShutdown();
  vi.unstubAllEnvs();
});

test('a call that waits for its retry when the connection closes fails, and nothing is thrown where nobody catches it', async () => {
  const { connection } = lastingClient().client;
  const uncaught = once(process, 'uncaughtException').then(([error]) => ({ uncaught: error as unknown }));
  const answered = connection
    .withDeadline(Date.now() + 30_000, () => connection.workflowService.getSystemInfo({}))
    .catch((error: unknown) => error);
  // Time for some attempts: from then on one waits or is under way at each moment.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await connection.close();
  expect(await Promise.race([answered, uncaught])).toMatchObject({ code: status.CANCELLED });
});
