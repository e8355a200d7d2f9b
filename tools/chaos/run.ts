import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Client, Connection } from '@temporalio/client';
import { connect } from '../../db/postgres/connect.ts';
import { runProgram } from '../../dev/run-program.ts';
import { Caller } from './caller.ts';
import { CaseClient, type Clients } from './case-client.ts';
import { readStored } from './evidence.ts';
import { firstTold, newJournal } from './journal.ts';
import { judge } from './judge.ts';
import type { Finding, RunRecord } from './judge-record.ts';
import { OfficeClient } from './office-client.ts';
import { lineOf, type PlannedFault, planOf } from './plan.ts';
import { type Figures, figuresOf } from './report.ts';
import type { Sending } from './sending.ts';
import { probeAll, untilQuiet, untilReady } from './settle.ts';
import { Sinks } from './sinks.ts';
import type { ChaosStack, StartStack } from './stack.ts';
import { Storm } from './storm.ts';
import { readWorkflows } from './workflows.ts';
import { askingBy, buildWorld } from './world.ts';

export interface ChaosOptions {
  readonly seed: string;
  readonly minutes: number;
  readonly workers?: number;
  readonly apis?: number;
  /** Case systems that ask all the time, beside two people in the office. */
  readonly clients?: number;
  /** Nothing is disturbed: what the clients do to a system that is whole. */
  readonly calm?: boolean;
  say?(line: string): void;
}

export interface ChaosResult extends Figures {
  readonly ok: boolean;
  readonly acknowledged: number;
  readonly refused: number;
  readonly findings: readonly Finding[];
  readonly plan: readonly PlannedFault[];
  /** All that was judged. */
  readonly record: RunRecord;
  /** Where logs and record were kept; null after a run in which nothing was found. */
  readonly keptIn: string | null;
}

const CLIENTS = 10;
const OFFICE = 2;
const PROGRESS_MS = 10_000;
/** An answer that did not come so long after everything was whole again will not come. */
const ANSWERED_WITHIN_MS = 90_000;
const WEBHOOK_TYPES = [
  ...['entitlement.activated', 'entitlement.expired', 'entitlement.canceled', 'entitlement.exhausted'],
  ...[
    'renewal.opened',
    'renewal.snoozed',
    'renewal.accepted',
    'renewal.declined',
    'renewal.lapsed',
    'renewal.withdrawn',
  ],
];

/** Disturbs a system while clients work with it, and judges it afterwards. */
export async function runChaos(startStack: StartStack, options: ChaosOptions): Promise<ChaosResult> {
  const { say = () => undefined, workers = 2, apis = 2 } = options;
  const dir = await mkdtemp(join(tmpdir(), 'allot-chaos-'));
  const sinks = await Sinks.start();
  try {
    await mkdir(dir, { recursive: true });
    const stack = await startStack({ dir, workers, apis, env: { ...sinks.env, LOG_LEVEL: 'info' }, say });
    let result: Omit<ChaosResult, 'keptIn'>;
    try {
      result = await disturbed(stack, sinks, options, say);
    } finally {
      await stack.stop();
    }
    if (result.ok) {
      await rm(dir, { recursive: true, force: true });
      return { ...result, keptIn: null };
    }
    await writeFile(join(dir, 'record.json.gz'), gzipSync(JSON.stringify(result.record)));
    await writeFile(join(dir, 'findings.json'), `${JSON.stringify(result.findings, null, 2)}\n`);
    return { ...result, keptIn: dir };
  } finally {
    await sinks.stop();
  }
}

async function disturbed(
  stack: ChaosStack,
  sinks: Sinks,
  { seed, minutes, clients: count = CLIENTS, calm = false }: ChaosOptions,
  say: (line: string) => void,
): Promise<Omit<ChaosResult, 'keptIn'>> {
  const stormMs = minutes * 60_000;
  const plan = calm ? [] : planOf(seed, stormMs, { parts: stack.parts, links: stack.links.names });
  const caller = new Caller(stack);
  const sql = connect(stack.databaseUrl, { max: 4 });
  const storm = new Storm(stack, (fault) => say(lineOf(fault)));
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const ask = askingBy(caller);
    await ask({
      method: 'POST',
      path: '/v1/webhooks',
      body: { url: sinks.webhookUrl, types: WEBHOOK_TYPES },
      key: 'chaos-webhook',
    });
    const run =
      seed
        .replace(/[^a-z0-9]/gi, '')
        .slice(0, 12)
        .toLowerCase() || 'x';
    const world = await buildWorld(stack, caller, { seed, run, stormMs });
    say(
      `${world.customers.length} customers, ${world.timed.length} instants at which something is due, ${world.deals.length} open renewals`,
    );

    await sleep(Math.max(0, world.beginAt - Date.now()));
    const begunAt = performance.now();
    const clock = { isOver: false, tooLateAt: Number.POSITIVE_INFINITY };
    const sending: Sending = {
      caller,
      now: () => Math.round((performance.now() - begunAt) * 100) / 100,
      isOver: () => clock.isOver,
      isTooLate: () => performance.now() > clock.tooLateAt,
    };
    const clients: Clients = { seed, world, journal: newJournal(), sending, shared: [] };
    const people = [
      ...Array.from({ length: count }, (_, n) => new CaseClient(`c${n + 1}`, clients)),
      ...Array.from({ length: OFFICE }, (_, n) => new OfficeClient(`o${n + 1}`, clients)),
    ];
    const working = Promise.all(people.map((person) => person.run()));
    const telling = setInterval(() => say(progressLine(clients, storm, performance.now() - begunAt)), PROGRESS_MS);
    const notWhole: string[] = [];
    try {
      await Promise.all([storm.run(plan), sleep(stormMs)]);
      clock.isOver = true;
      clock.tooLateAt = performance.now() + ANSWERED_WITHIN_MS;
      say('the faults are over: waiting until all is whole and quiet again');
      const unready = await untilReady(stack);
      if (unready !== null) notWhole.push(unready);
      await working;
      clock.tooLateAt = performance.now() + ANSWERED_WITHIN_MS;
      await probeAll(clients, sql);
    } finally {
      clearInterval(telling);
    }
    const temporal = new Client({ connection, namespace: stack.namespace });
    const redeliver = async (id: string) => {
      await ask({ method: 'POST', path: `/v1/deliveries/${id}/redeliver`, body: {}, key: `again-${id}` });
    };
    const restless = await untilQuiet(sql, temporal, redeliver);
    if (restless !== null) notWhole.push(restless);
    say('judging');
    const reconcile = await reconciled(stack);
    const record: RunRecord = {
      timed: world.timed.flatMap(({ entitlements }) => entitlements),
      journal: clients.journal,
      stored: await readStored(sql),
      workflows: await readWorkflows(temporal),
      received: [...sinks.events],
      mails: [...sinks.mails],
      badEnds: [...storm.badEnds],
      notWhole,
      reconcile,
    };
    const findings = judge(record);
    const figures = figuresOf(clients.journal, storm.disturbances, findings, begunAt);
    const sum = (field: 'acknowledged' | 'refused') => figures.kinds.reduce((all, each) => all + each[field], 0);
    const totals = { acknowledged: sum('acknowledged'), refused: sum('refused') };
    return { ok: findings.length === 0, ...totals, ...figures, findings, plan, record };
  } finally {
    await storm.end();
    await connection.close();
    await sql.end({ timeout: 2 });
    await caller.end();
  }
}

/** `npm run reconcile`, straight to the servers. */
async function reconciled({ databaseUrl, temporalAddress, namespace }: ChaosStack): Promise<RunRecord['reconcile']> {
  const env = { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: namespace };
  const { code, stdout, stderr } = await runProgram('bin/reconcile/main.js', [], { env });
  return { code, lines: (stdout === '' ? stderr : stdout).trimEnd().split('\n') };
}

function progressLine({ journal }: Clients, { disturbances }: Storm, ms: number): string {
  const all = [...journal.cases, ...journal.commands];
  const answered = all.filter((asked) => firstTold(asked) !== undefined).length;
  const waiting = all.filter((asked) => firstTold(asked) === undefined && asked.isAbandoned !== true).length;
  const under = disturbances.filter(({ to }) => to === undefined).length;
  return `${(ms / 1_000).toFixed(0)} s: ${all.length} asked, ${answered} answered, ${waiting} waiting; ${disturbances.length} faults, ${under} under way`;
}
