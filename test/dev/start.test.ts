import { type ChildProcess, spawn } from 'node:child_process';
import { cp, lstat, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lastingPort } from '../../dev/free-port.ts';
import { projectDir } from '../../runtime/project-dir.ts';
import { until } from '../support/waiting.ts';

const START_LIMIT_MS = 120_000;

let dir: string;
let env: NodeJS.ProcessEnv;
let started: Started[];
beforeEach(async () => {
  // A project of its own, as `npm start` keeps its data beside the programs.
  dir = await mkdtemp(join(tmpdir(), 'allot-start-'));
  await cp(join(projectDir, 'dist'), join(dir, 'dist'), { recursive: true });
  await cp(join(projectDir, 'db', 'migrations'), join(dir, 'db', 'migrations'), { recursive: true });
  await cp(join(projectDir, 'package.json'), join(dir, 'package.json'));
  await symlink(join(projectDir, 'node_modules'), join(dir, 'node_modules'));
  const [PORT, ALLOT_TEMPORAL_PORT, ALLOT_TEMPORAL_UI_PORT, ALLOT_POSTGRES_PORT] = await Promise.all(
    Array.from({ length: 4 }, async () => String(await lastingPort())),
  );
  const { DATABASE_URL: _one, TEMPORAL_ADDRESS: _other, ...rest } = process.env;
  env = { ...rest, PORT, ALLOT_TEMPORAL_PORT, ALLOT_TEMPORAL_UI_PORT, ALLOT_POSTGRES_PORT };
  started = [];
});
afterEach(async () => {
  for (const { child, exited } of started) {
    child.kill('SIGTERM');
    await exited;
  }
  await rm(dir, { recursive: true, force: true });
}, 300_000);

interface Started {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output(): string;
}

function start(): Started {
  const main = pathToFileURL(join(dir, 'dist', 'dev', 'main.js')).href;
  // A user whose umask hides nothing: what is kept private is so by the start's own doing.
  const program = `process.umask(0); import('${main}').then(({ start }) => start([]))`;
  const child = spawn(process.execPath, ['-e', program], {
    cwd: dir,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += String(chunk);
    });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const one = { child, exited, output: () => text };
  started.push(one);
  return one;
}

const isReady = (one: Started) => one.output().includes('\nReady in ');
const untilReady = (one: Started) =>
  until('it is ready', START_LIMIT_MS, async () => (isReady(one) ? true : undefined)).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${one.output()}`);
  });
const answers = async () => (await fetch(`http://127.0.0.1:${env.PORT}/healthz`)).status;

// Reading, writing and listing by anybody else. As root, PostgreSQL runs as another user, who must get into folders.
const FOR_OTHERS = process.getuid?.() === 0 ? 0o066 : 0o077;

/** The files and folders of a start that somebody else than its user can read. */
async function openToOthers(): Promise<string[]> {
  const kept = await readdir(join(dir, '.allot'), { recursive: true });
  expect(kept).toEqual(expect.arrayContaining(['dev-key', 'postgres-password']));
  const open: string[] = [];
  for (const name of ['.', ...kept]) {
    // The servers make and remove files while these are looked at.
    const found = await lstat(join(dir, '.allot', name)).catch(() => undefined);
    if (found === undefined || found.isSymbolicLink()) continue;
    if ((found.mode & FOR_OTHERS) !== 0) open.push(`${(found.mode & 0o777).toString(8)} ${name}`);
  }
  return open;
}

test('of two starts at once one runs, for its own user alone, and any other says in one line which, where, and how to stop it', async () => {
  const both = [start(), start()] as const;
  const code = await Promise.race(both.map(({ exited }) => exited));
  expect(code).toBe(1);
  const [refused] = both.filter(({ child }) => child.exitCode !== null);
  const [runs] = both.filter(({ child }) => child.exitCode === null);
  if (refused === undefined || runs === undefined) throw new Error('None of the two runs.');
  expect(refused.output().trimEnd().split('\n')).toHaveLength(1);
  expect(refused.output()).toContain(`as pid ${runs.child.pid} (API http://127.0.0.1:${env.PORT})`);
  expect(refused.output()).toContain(`kill ${runs.child.pid}`);
  await untilReady(runs);
  expect(await answers()).toBe(200);
  // Keys, passwords, mails, logs and data.
  expect(await openToOthers()).toEqual([]);

  // Later starts leave its servers alone, even if it has lost its notes.
  await writeFile(join(dir, '.allot', 'running'), 'this is no process');
  const later = start();
  expect(await later.exited).toBe(1);
  expect(later.output()).toContain(`as pid ${runs.child.pid}`);
  await rm(join(dir, '.allot', 'claim'), { recursive: true });
  await rm(join(dir, '.allot', 'running'));
  const last = start();
  expect(await last.exited).toBe(1);
  expect(last.output()).toContain(`Port ${env.PORT}, wanted for the API, is held by pid`);
  expect(await answers()).toBe(200);
  expect(runs.output()).not.toContain('died unasked');
}, 300_000);
