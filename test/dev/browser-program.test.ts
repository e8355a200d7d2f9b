import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowserProgram } from '../../dev/browser-program.ts';

const runFile = promisify(execFile);
/** The npm package has a browser for this platform only. */
const hasPackage = process.platform === 'linux' && process.arch === 'x64';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'allot-browser-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function program(name: string, script: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

test('ALLOT_BROWSER is taken before everything else', async () => {
  const path = await program('mine', 'echo Chromium 140.0.1');
  expect(await findBrowserProgram({ ALLOT_BROWSER: path, PATH: dir })).toMatchObject({ path, source: 'ALLOT_BROWSER' });
});

test('an ALLOT_BROWSER that is no browser is refused with its path', async () => {
  const path = join(dir, 'absent');
  await expect(findBrowserProgram({ ALLOT_BROWSER: path })).rejects.toThrow(`ALLOT_BROWSER names ${path}`);
});

test('a browser on PATH is taken, and a stub that only says how to install one is passed over', async () => {
  await program('chromium', 'echo "install it with: snap install chromium" >&2; exit 1');
  const path = await program('google-chrome', 'echo Google Chrome 140.0.1');
  expect(await findBrowserProgram({ PATH: dir })).toMatchObject({ path, source: 'PATH' });
});

test('without one, several that ask at once all get the same, unpacked whole', async () => {
  const cache = join(dir, 'cache');
  const env = { ALLOT_CACHE_DIR: cache };
  if (!hasPackage) {
    await expect(findBrowserProgram(env)).rejects.toThrow('Install Chromium or Chrome, or set ALLOT_BROWSER');
    return;
  }
  const found = await Promise.all([findBrowserProgram(env), findBrowserProgram(env)]);
  expect(new Set(found.map(({ path }) => path)).size).toBe(1);
  // The scratch folders are gone.
  expect(await readdir(cache)).toHaveLength(1);
  const [first] = found;
  const { stdout } = await runFile(first.path, ['--version'], { env: first.env });
  expect(stdout).toMatch(/^Chromium \d+/);
});
