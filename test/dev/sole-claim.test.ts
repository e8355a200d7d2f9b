import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { distDir } from '../../runtime/project-dir.ts';

const CONTENDERS = 12;

let dir: string;
let children: ChildProcess[];
beforeEach(async () => {
  // Longer than the path of a socket may be.
  dir = join(await mkdtemp(join(tmpdir(), 'allot-claim-')), 'a-folder-with-a-long-name-'.repeat(5));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

/** A process that claims the folder, says how that went, and lives on. */
const program = () => `
  import(${JSON.stringify(pathToFileURL(join(distDir, 'dev', 'sole-claim.js')).href)}).then(async ({ claimAlone }) => {
    const holder = await claimAlone(${JSON.stringify(dir)}, 'test ' + process.pid);
    console.log(JSON.stringify(holder ?? 'held'));
    setInterval(() => undefined, 1000);
  });`;

interface Contender {
  readonly child: ChildProcess;
  readonly outcome: 'held' | { readonly pid: number; readonly about: string };
}

async function contend(): Promise<Contender> {
  const child = spawn(process.execPath, ['-e', program()], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) return { child, outcome: JSON.parse(line) };
  throw new Error('It said nothing.');
}

const exited = (child: ChildProcess) => new Promise<void>((resolve) => child.once('exit', () => resolve()));

test('when many start at once, exactly one gets the folder, and later ones learn who holds it', async () => {
  const contenders = await Promise.all(Array.from({ length: CONTENDERS }, contend));
  const holders = contenders.filter(({ outcome }) => outcome === 'held');
  expect(holders).toHaveLength(1);
  const late = await contend();
  expect(late.outcome).toEqual({
    pid: holders[0]?.child.pid,
    about: `test ${holders[0]?.child.pid}`,
    isHeld: true,
  });
});

test('after a holder was killed, one of many newcomers gets the folder', async () => {
  const first = await contend();
  expect(first.outcome).toBe('held');
  const gone = exited(first.child);
  first.child.kill('SIGKILL');
  await gone;
  const contenders = await Promise.all(Array.from({ length: CONTENDERS }, contend));
  expect(contenders.filter(({ outcome }) => outcome === 'held')).toHaveLength(1);
});

test('a suspended holder keeps the folder', async () => {
  const first = await contend();
  first.child.kill('SIGSTOP');
  const second = await contend();
  expect(second.outcome).toMatchObject({ pid: first.child.pid });
});
