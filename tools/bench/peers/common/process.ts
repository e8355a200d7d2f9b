import { createServer } from 'node:http';
import type express from 'express';

/** What the measurements give to a peer's process. */
export function peerSettings(): { databaseUrl: string; apiKey: string } {
  const { DATABASE_URL, PEER_API_KEY } = process.env;
  if (DATABASE_URL === undefined || PEER_API_KEY === undefined)
    throw new Error('A peer needs DATABASE_URL and PEER_API_KEY; npm run bench -- --only peers starts it.');
  return { databaseUrl: DATABASE_URL, apiKey: PEER_API_KEY };
}

/** Listens on PORT of the loopback address, says that it is ready, and ends with the process that started it. */
export function servePeer(app: express.Express, close: () => Promise<void>): void {
  const server = createServer(app);
  server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.({ type: 'ready' }));
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    server.close(async () => {
      await close();
      process.exit(0);
    });
    server.closeIdleConnections();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop).on('disconnect', stop);
}
