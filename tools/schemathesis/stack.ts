import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { newAdministratorKey } from '../../db/access/new-key.ts';
import { connect } from '../../db/postgres/connect.ts';
import { migrate } from '../../db/postgres/migrate.ts';
import { startMailFolder } from '../../dev/mail-folder.ts';
import { startProcess, startServers } from '../../dev/stack.ts';
import { distDir } from '../../runtime/project-dir.ts';
import type { Asking } from './records.ts';

const GUARD = join(distDir, 'tools', 'schemathesis', 'egress-guard.js');
const LOOPBACK = '127.0.0.1';

/** A system of its own that reaches nothing outside this machine. */
export interface FuzzedStack {
  readonly apiUrl: string;
  readonly dir: string;
  /** Where webhooks go: it takes everything. */
  readonly sink: string;
  /** The file in which each connection is written down that led away from this machine. */
  readonly outgoingFile: string;
  readonly ask: Asking;
  /** How many deliveries the sink took. */
  delivered(): number;
  /** The errors that API and worker have logged. */
  logged(): readonly string[];
  outgoing(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export async function startFuzzedStack(say: (line: string) => void): Promise<FuzzedStack> {
  const dir = await mkdtemp(join(tmpdir(), 'allot-schemathesis-'));
  const outgoingFile = join(dir, 'outgoing.log');
  const stops: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of stops.reverse()) await end();
  };
  try {
    const servers = await startServers({ dir, temporalInMemory: true, onStep: say });
    stops.push(servers.stop);
    const mails = await startMailFolder(join(dir, 'mails'));
    stops.push(mails.stop);
    const sink = await startSink();
    stops.push(sink.stop);
    await migrate(servers.databaseUrl);
    const sql = connect(servers.databaseUrl, { max: 1 });
    const key = await newAdministratorKey(sql, 'schemathesis');
    await sql.end();
    const errors: string[] = [];
    const env = {
      DATABASE_URL: servers.databaseUrl,
      TEMPORAL_ADDRESS: servers.temporalAddress,
      SMTP_URL: mails.url,
      ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true',
      ALLOT_REQUESTS_PER_MINUTE: '0',
      ALLOT_FAILED_LOGINS_PER_ADDRESS: '0',
      ALLOT_FAILED_LOGINS_PER_KEY: '0',
      ALLOT_OUTGOING_LOG: outgoingFile,
      NODE_OPTIONS: `--import=${pathToFileURL(GUARD).href}`,
      LOG_LEVEL: 'error',
    };
    const onWarning = (line: string) => errors.push(line);
    const worker = await startProcess('worker', env, { onWarning });
    stops.push(worker.stop);
    const api = await startProcess('api', env, { onWarning });
    stops.push(api.stop);
    const apiUrl = `http://${LOOPBACK}:${api.port}`;
    return {
      apiUrl,
      dir,
      sink: sink.url,
      outgoingFile,
      ask: asking(apiUrl, key),
      delivered: sink.taken,
      logged: () => errors,
      outgoing: async () => (await readFile(outgoingFile, 'utf8').catch(() => '')).split('\n').filter(Boolean),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const asking =
  (apiUrl: string, key: string): Asking =>
  async (method, path, body) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(apiUrl + path, { method, headers, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };

/** A server of this machine that answers everything with 204. */
async function startSink(): Promise<{ url: string; taken: () => number; stop: () => Promise<void> }> {
  let taken = 0;
  const server = createServer((request, response) => {
    taken += 1;
    request.resume();
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://${LOOPBACK}:${port}`,
    taken: () => taken,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
