import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { Logger } from '../runtime/logger.ts';
import { measureProcess, metrics } from '../runtime/telemetry/registry.ts';
import type { MetricsAddress } from './metrics-settings.ts';

const SDK_WITHIN_MS = 2_000;

interface MetricsServerParts {
  readonly address: MetricsAddress;
  /** Brings figures up to date that are not counted as they happen. Never rejects. */
  readonly refresh: () => Promise<void>;
  /** Where Temporal's SDK shows its own metrics; undefined where it does not. */
  readonly sdkUrl: string | undefined;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Serves the metrics of a worker, with those of Temporal's SDK, at `/metrics`. A port that is taken is logged: the
 * worker works without its metrics.
 */
export function serveMetrics({ address: { host, port }, refresh, sdkUrl, log }: MetricsServerParts): Server {
  measureProcess();
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    try {
      await refresh();
      const [own, ofSdk] = await Promise.all([metrics.metrics(), sdkUrl === undefined ? '' : sdkMetrics(sdkUrl)]);
      response.setHeader('Content-Type', metrics.contentType).end(`${own}\n${ofSdk}`);
    } catch (err) {
      // A figure that cannot be had must not end the worker.
      log.warn({ err }, 'metrics could not be read');
      response.writeHead(500).end();
    }
  });
  server.once('error', (err) => log.warn({ err, host, port }, 'metrics are not served'));
  server.listen(port, host, () => {
    const listening = server.address();
    const at = typeof listening === 'object' && listening !== null ? listening.port : port;
    log.info({ host, port: at }, 'metrics are served at /metrics');
  });
  return server.unref();
}

async function sdkMetrics(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(SDK_WITHIN_MS) });
    return response.ok ? await response.text() : '';
  } catch {
    return '';
  }
}

/** An address on loopback that nobody listens on, for the SDK: it cannot say which port it took. */
export async function freeLoopbackAddress(): Promise<string> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}
