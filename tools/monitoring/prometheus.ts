import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStart } from '../../dev/cannot-start.ts';
import { freePort } from '../../dev/free-port.ts';

const READY_WITHIN_MS = 30_000;
const POLL_MS = 200;

/** A series of a query's answer: its labels, and pairs of seconds since 1970 and a value. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** A running Prometheus. */
export interface Prometheus {
  /** The answer of a query over a span, in seconds since 1970. */
  query(expr: string, span: { readonly from: number; readonly to: number; readonly step: number }): Promise<Series[]>;
  /** The names of alerts that fire or are about to, with their states. */
  alerts(): Promise<readonly { readonly name: string; readonly state: string }[]>;
  stop(): Promise<void>;
}

interface PrometheusOptions {
  readonly dir: string;
  /** Addresses by the name of their job. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
  readonly everySeconds: number;
  /** Files of alert rules. */
  readonly ruleFiles?: readonly string[];
}

/** Starts the program `prometheus` of this machine. Throws CannotStart where there is none. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const { dir, targets, everySeconds, ruleFiles = [] } = options;
  await mkdir(dir, { recursive: true });
  const file = join(dir, 'prometheus.json');
  await writeFile(
    file,
    // JSON is YAML as well.
    JSON.stringify({
      global: { scrape_interval: `${everySeconds}s`, evaluation_interval: `${everySeconds}s` },
      rule_files: ruleFiles,
      scrape_configs: Object.entries(targets).map(([job_name, addresses]) => ({
        job_name,
        scrape_timeout: `${everySeconds}s`,
        static_configs: [{ targets: addresses }],
      })),
    }),
  );
  const port = await freePort();
  const args = [`--config.file=${file}`, `--storage.tsdb.path=${join(dir, 'data')}`];
  const child = spawn('prometheus', [...args, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', () =>
      reject(new CannotStart('There is no program `prometheus`. Install it; Debian has the package `prometheus`.')),
    );
  });
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([untilReady(url), failed]);
  return {
    query: async (expr, { from, to, step }) => {
      const query = new URLSearchParams({ query: expr, start: String(from), end: String(to), step: String(step) });
      const { result } = await ask<{ result: RawSeries[] }>(`${url}/api/v1/query_range?${query}`);
      return result.map(({ metric, values }) => ({
        labels: metric,
        points: values.map(([at, value]) => [at, Number(value)] as const),
      }));
    },
    alerts: async () => {
      const { alerts } = await ask<{ alerts: RawAlert[] }>(`${url}/api/v1/alerts`);
      return alerts.map(({ labels, state }) => ({ name: labels.alertname, state }));
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

interface RawSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

interface RawAlert {
  readonly labels: { readonly alertname: string };
  readonly state: string;
}

async function ask<Data>(url: string): Promise<Data> {
  const response = await fetch(url);
  const answer = (await response.json()) as { readonly status: string; readonly data: Data; readonly error?: string };
  if (answer.status !== 'success') throw new Error(`Prometheus refuses the query: ${answer.error}`);
  return answer.data;
}

async function untilReady(url: string): Promise<void> {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const isReady = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
  }
  throw new Error(`Prometheus was not ready within ${READY_WITHIN_MS / 1_000} s.`);
}
