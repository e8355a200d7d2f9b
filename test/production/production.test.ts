/**
 * `npm run test:production`: the production shape of docker-compose.yml, run. Temporal's server is built from source and
 * works on PostgreSQL, with two workers and two APIs behind a load balancer. docs/production.md describes the run.
 */
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { reconcile } from '../../bin/reconcile/reconcile.ts';
import { lastingPort } from '../../dev/free-port.ts';
import { builtTemporalServer } from '../../dev/temporal-build.ts';
import { findTemporalProgram } from '../../dev/temporal-program.ts';
import { projectDir } from '../../runtime/project-dir.ts';
import { tableOf } from '../../tools/chaos/report.ts';
import { runChaos } from '../../tools/chaos/run.ts';
import { BUNDLED_LOG } from '../../tools/replay/bundled-log.ts';
import { quieten } from '../histories/quieten.ts';
import { independentReading, type ReadingOptions } from '../support/independent-reading.ts';
import { MailReceiver } from '../support/mail-receiver.ts';
import { playByCli } from '../support/play-and-compare.ts';
import { aCase, aDraft, anActive, must } from '../support/records.ts';
import { until } from '../support/waiting.ts';
import { type Callers, notOnceInLedger } from './callers.ts';
import { changedVersion } from './changed-workflow.ts';
import { startForChaos } from './chaos.ts';
import {
  callersAtWork,
  liveEntitlements,
  moreEvents,
  nonDeterminismInMetrics,
  seconds,
  stuckEntitlements,
  untilMarked,
} from './deploy.ts';
import { historiesOf, nonDeterminismFailures, replayFaults } from './histories.ts';
import { Life } from './life.ts';
import { ProductionApi } from './production-api.ts';
import { ProductionStack, type StackOptions } from './production-stack.ts';
import { measureSpeed } from './speed.ts';

const BUILD_LIMIT_MS = 3_600_000;
const START_LIMIT_MS = 300_000;
/** Entitlements that callers send cases to. */
const LIVE = 40;

const mails = new MailReceiver(await lastingPort());
const narrator = { say: (line: string) => console.log(line), progress: progressEvery(5_000) };
const figures: [string, string][] = [];
let options: Pick<StackOptions, 'programs' | 'temporalCli' | 'variables' | 'say'>;
let stack: ProductionStack;
let api: ProductionApi;
/** Callers that still send, for the end of a run that failed. */
let atWork: Callers | undefined;

/** So that the logs of a run that failed can be read. */
let hasFailed = false;
afterEach(({ task }) => {
  hasFailed ||= task.result?.state === 'fail';
});

afterAll(async () => {
  await atWork?.stop({ giveUp: true });
  console.log(['', ...figures.map(([what, figure]) => `  ${what.padEnd(36)} ${figure}`), ''].join('\n'));
  await stack?.stop({ keepFiles: hasFailed });
  if (hasFailed && stack !== undefined) console.log(`The logs are in ${stack.dir}.`);
  await mails.stop();
}, START_LIMIT_MS);

function progressEvery(intervalMs: number): (line: string) => void {
  let shownAt = 0;
  return (line) => {
    if (performance.now() - shownAt < intervalMs) return;
    shownAt = performance.now();
    console.log(line);
  };
}

const { say } = narrator;
const note = (what: string, figure: string) => void figures.push([what, figure]);

async function timed<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
  const startedAt = performance.now();
  const value = await work();
  note(what, seconds(performance.now() - startedAt));
  return value;
}

const LOG_OPTIONS: ReadingOptions = { total: 20, unit: 'cases', on: 'creation', restrict: true };

describe('the production shape', () => {
  test('starts from docker-compose.yml', { timeout: BUILD_LIMIT_MS + START_LIMIT_MS }, async () => {
    const programs = await builtTemporalServer(narrator);
    const { path: temporalCli } = await findTemporalProgram(narrator);
    await mails.start();
    const variables = { SMTP_URL: `smtp://127.0.0.1:${mails.port}` };
    options = { programs, temporalCli, variables, say };
    stack = await timed('start', () => ProductionStack.start(options));
    api = new ProductionApi({ url: stack.front.url, apiKey: stack.apiKey });
    for (const [service, changes] of stack.changes) for (const change of changes) say(`  ${service}: ${change}`);
    expect((await api.ask('GET', '/readyz')).status).toBe(200);
  });

  test('sets up again what is there, as each `docker compose up` does', async () => {
    await stack.runOnce('temporal-schema');
    await stack.runOnce('temporal-namespace');
    expect(await stack.runOnce('migrate')).toContain('up to date');
  });

  test('an entitlement lives from draft to expiry, and is renewed', { timeout: 300_000 }, async () => {
    const life = new Life(stack, api, mails);
    await timed('life', () => life.live()).finally(() => console.log(life.steps.map((step) => `  ${step}`).join('\n')));
    expect(life.steps).toHaveLength(15);
    note('life: answers of 503', String(api.unavailable));
  });

  test('the incident log gives what an independent reading finds', { timeout: 300_000 }, async () => {
    const { code, json, stderr } = await timed('replay', () => playByCli(stack, LOG_OPTIONS));
    expect(code, stderr).toBe(0);
    expect(JSON.parse(json ?? 'null')).toEqual(independentReading(BUNDLED_LOG, LOG_OPTIONS));
  });

  test('takes events as fast as a dozen callers send them, and has each once', async () => {
    const {
      callers: fast,
      eventsPerSecond,
      cpuMsPerEvent,
    } = await measureSpeed(stack, await liveEntitlements(api, LIVE));
    expect(fast.wrong).toEqual([]);
    expect(await notOnceInLedger(stack.sql, fast)).toEqual([]);
    note('speed: events a second', eventsPerSecond.toFixed(0));
    const each = [...cpuMsPerEvent].map(([kind, ms]) => `${kind} ${ms.toFixed(1)}`).join(', ');
    note('speed: CPU-ms an event', each);
  });

  test('workflow, snapshot and ledger of every entitlement agree', async () => {
    await agree();
  });
});

async function agree(): Promise<void> {
  const said = { onProgress: () => undefined, onStep: () => undefined };
  const { entitlements, differences } = await reconcile(stack.sql, await stack.client(), said);
  expect(differences).toEqual([]);
  expect(entitlements).toBeGreaterThan(0);
}

const DEPLOY_LIMIT_MS = 600_000;
/** Temporal waits ever longer before it tries a failed task again. */
const MENDED_WITHIN_MS = 240_000;
const WORKERS = ['worker-1', 'worker-2'] as const;

describe('a deploy of changed workflows over live entitlements', () => {
  let wrong: string;
  let changed: string;
  let live: EntitlementView[];
  let callers: Callers;

  test('begins with two changed versions, and with entitlements to which cases come all the time', {
    timeout: DEPLOY_LIMIT_MS,
  }, async () => {
    quieten();
    wrong = await changedVersion(join(stack.dir, 'wrong-version'), { patched: false });
    changed = await changedVersion(join(stack.dir, 'changed-version'), { patched: true });
    live = await liveEntitlements(api, LIVE);
    callers = await callersAtWork(stack, live);
    atWork = callers;
    expect(callers.wrong).toEqual([]);
  });

  test('a change without patched() is seen, and the old workers mend it', { timeout: DEPLOY_LIMIT_MS }, async () => {
    const client = await stack.client();
    callers.longestWaitSoFar();
    const startedAt = performance.now();
    for (const worker of WORKERS) await stack.replace(worker, { root: wrong });
    await until('the metrics of the workers tell it', 120_000, async () =>
      (await nonDeterminismInMetrics(stack, WORKERS)) > 0 ? true : undefined,
    );
    note('wrong deploy: in the metrics after', seconds(performance.now() - startedAt));
    await until('stuck entitlements are listed', 120_000, async () =>
      (await stuckEntitlements(client)).length > 0 ? true : undefined,
    );
    note('wrong deploy: listed as stuck after', seconds(performance.now() - startedAt));
    say('entitlements are stuck; another is made meanwhile');
    const stranger = await anActive(api, { totalTerm: LIVE });
    const strangeCase = await aCase(api, stranger);

    const backAt = performance.now();
    for (const worker of WORKERS) await stack.replace(worker, { root: projectDir });
    say('the old workers are back');
    await until('no old entitlement is stuck', MENDED_WITHIN_MS, async () =>
      (await stuckEntitlements(client)).every((id) => id.endsWith(stranger.id)) ? true : undefined,
    );
    await moreEvents(callers, LIVE);
    note('wrong deploy: mended within', seconds(performance.now() - backAt));
    note('wrong deploy: longest wait of a caller', seconds(callers.longestWaitSoFar()));
    expect(callers.wrong).toEqual([]);
    const failures = nonDeterminismFailures(
      await historiesOf(
        client,
        live.map(({ id }) => id),
      ),
    );
    expect(failures).toBeGreaterThan(0);

    // What the wrong version has decided, no other can continue: it comes back from its snapshot.
    await client.workflow
      .getHandle(`entitlement/${stranger.id}`)
      .terminate('decided on by a version that was taken back');
    await must(201, api.ask('POST', `/v1/cases/${strangeCase}/resolve`, { minutes: 5 })).catch(() => undefined);
    expect((await api.ask<EntitlementView>('GET', `/v1/entitlements/${stranger.id}`)).body.remainingTerm).toBe(
      LIVE - 1,
    );
    await agree();
  });

  test('a guarded change replaces APIs and workers while everything goes on', {
    timeout: DEPLOY_LIMIT_MS,
  }, async () => {
    const client = await stack.client();
    const draft = await aDraft(api);
    const before = await historiesOf(
      client,
      live.map(({ id }) => id),
    );
    callers.longestWaitSoFar();
    const [unavailable, broken] = [callers.unavailable, callers.broken];

    for (const part of ['api-1', 'api-2']) await stack.replace(part, { root: changed });
    await moreEvents(callers, LIVE);
    note('deploy: longest wait while APIs change', seconds(callers.longestWaitSoFar()));
    for (const part of WORKERS) {
      await stack.replace(part, { root: changed });
      await moreEvents(callers, LIVE);
    }
    await timed('deploy: changed version decides on all', () => untilMarked(client, live));
    await callers.stop();
    note('deploy: longest wait while workers change', seconds(callers.longestWaitSoFar()));
    note('deploy: answers of 503', String(callers.unavailable - unavailable));
    note('deploy: broken connections', String(callers.broken - broken));

    expect(callers.wrong).toEqual([]);
    expect(await notOnceInLedger(stack.sql, callers)).toEqual([]);
    note('deploy: acknowledged events', `${callers.acknowledged.size}, each once in the ledger`);
    expect(
      (await must(200, api.ask<EntitlementView>('POST', `/v1/entitlements/${draft.id}/activate`, {}))).status,
    ).toBe('active');
    for (const root of [projectDir, changed])
      expect(await replayFaults(root, before)).toEqual({ replayed: LIVE, faults: new Map() });
    const after = await historiesOf(
      client,
      live.map(({ id }) => id),
    );
    expect(await replayFaults(changed, after)).toEqual({ replayed: LIVE, faults: new Map() });
    // The marks are new commands: the old version could not go on with them, which is why there is no way back.
    expect((await replayFaults(projectDir, after)).faults.size).toBe(LIVE);
    expect(await stuckEntitlements(client)).toEqual([]);
    await agree();
  });
});

const SEED = process.env.ALLOT_CHAOS_SEED ?? '22';
const CHAOS_MINUTES = 2;

describe(`two minutes of chaos with the seed ${SEED}`, () => {
  test('lose nothing, count nothing twice, and leave nothing stuck', { timeout: 900_000 }, async () => {
    await stack.stop();
    const result = await runChaos(startForChaos(options), {
      seed: SEED,
      minutes: CHAOS_MINUTES,
      workers: 2,
      apis: 2,
      say,
    });
    console.log(tableOf(result).join('\n'));
    note('chaos: acknowledged, refused, kills', [result.acknowledged, result.refused, result.kills].join(', '));
    note('chaos: longest wait of a caller', seconds(result.longestWaitMs));
    expect(result.findings.slice(0, 5), `logs and record are in ${result.keptIn}`).toEqual([]);
  });
});
