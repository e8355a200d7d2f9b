import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newAdministratorKey } from '../../db/access/new-key.ts';
import { connect } from '../../db/postgres/connect.ts';
import { migrate } from '../../db/postgres/migrate.ts';
import { freePort } from '../../dev/free-port.ts';
import { listenOnLoopback, portOf } from '../../dev/listening.ts';
import { startProcess, startServers } from '../../dev/stack.ts';
import type { Answer, Send } from './load.ts';
import { OtlpReceiver } from './otlp-receiver.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';

/** Servers of their own, with a Prometheus that watches them and a receiver of their traces. */
export interface WatchedStack {
  readonly send: Send;
  readonly prometheus: Prometheus;
  readonly receiver: OtlpReceiver;
  stop(): Promise<void>;
}

/** Starts all of it. Throws CannotStart where the machine has no Prometheus. */
export async function startWatchedStack(say: (line: string) => void): Promise<WatchedStack> {
  const dir = await mkdtemp(join(tmpdir(), 'allot-seen-'));
  const servers = await startServers({ dir, temporalInMemory: true, onStep: say });
  await migrate(servers.databaseUrl);
  const sql = connect(servers.databaseUrl, { max: 1 });
  const key = await newAdministratorKey(sql, 'monitoring');
  await sql.end();
  const receiver = await OtlpReceiver.start();
  const metricsAddress = `127.0.0.1:${await freePort()}`;
  const env = {
    DATABASE_URL: servers.databaseUrl,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    LOG_LEVEL: 'warn',
    ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true',
    ALLOT_METRICS_ADDRESS: metricsAddress,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '500',
  };
  const [worker, api] = await Promise.all([startProcess('worker', env), startProcess('api', env)]);
  const apiUrl = `http://127.0.0.1:${api.port}`;
  const send = sender(apiUrl, key);
  const webhooks = createServer((_request, response) => response.writeHead(204).end());
  await listenOnLoopback(webhooks);
  await send('POST', '/v1/webhooks', { url: `http://127.0.0.1:${portOf(webhooks)}/`, types: ['*'] });
  const targets = { 'allot-api': [apiUrl.replace('http://', '')], 'allot-worker': [metricsAddress] };
  const prometheus = await startPrometheus({ dir: join(dir, 'prometheus'), targets, everySeconds: 1 });
  say('worker, API, Prometheus and a receiver of traces are up');
  return {
    send,
    prometheus,
    receiver,
    stop: async () => {
      await prometheus.stop();
      await api.stop();
      await worker.stop();
      webhooks.closeAllConnections();
      webhooks.close();
      await receiver.stop();
      await servers.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const sender =
  (url: string, key: string): Send =>
  async (method, path, body, headers = {}): Promise<Answer> => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      traceId: response.headers.get('X-Trace-Id'),
      body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
    };
  };
