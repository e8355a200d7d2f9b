// Builds dist/console: the console's pages and files by Vite, and a brotli and a gzip copy of each, which the API sends
// as they are.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import { projectDir, run, Stop, step } from './bootstrap.mjs';

const consoleDir = join(projectDir, 'console');
const outDir = join(projectDir, 'dist', 'console');
const stampFile = join(projectDir, 'dist', '.console-stamp');

/** What the console is made of. A change elsewhere does not build it again. */
const SOURCES = ['console', 'client'];
const MORE_SOURCES = ['package-lock.json', 'tsconfig.json', join('dev', 'build-console.mjs')];

const COMPRESSED = /\.(js|css|html|svg|json|txt)$/;
// Below it a copy saves less than a packet.
const LEAST_BYTES = 1_000;
// 11 takes twice the time for 2 % less.
const BROTLI_QUALITY = 10;
const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

function filesUnder(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function fingerprint() {
  const files = SOURCES.flatMap((dir) => filesUnder(join(projectDir, dir)))
    .filter((file) => !/[/\\](node_modules|dist)[/\\]/.test(relative(projectDir, file)))
    .sort();
  const hash = createHash('sha256');
  for (const file of [...files, ...MORE_SOURCES.map((name) => join(projectDir, name))])
    hash.update(relative(projectDir, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

async function runVite() {
  // Only what goes wrong is shown. The list of files is of no use to those who start Allot.
  const args = ['build', consoleDir, '--logLevel', 'warn', '--config', join(consoleDir, 'vite.config.ts')];
  const vite = join(projectDir, 'node_modules', 'vite', 'bin', 'vite.js');
  const code = await run(process.execPath, [vite, ...args], { env: { ...process.env, NODE_ENV: 'production' } });
  if (code !== 0) throw new Stop('The build failed: Vite says above why the console could not be made.');
}

async function compress(file) {
  const content = await readFile(file);
  if (content.length < LEAST_BYTES) return;
  const params = {
    [zlib.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [zlib.BROTLI_PARAM_SIZE_HINT]: content.length,
    [zlib.BROTLI_PARAM_MODE]: zlib.BROTLI_MODE_TEXT,
  };
  const [br, gz] = await Promise.all([brotli(content, { params }), gzipped(content, { level: 9 })]);
  await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)]);
}

async function make() {
  await runVite();
  const page = join(outDir, 'index.html');
  await Promise.all(
    filesUnder(outDir)
      .filter((file) => COMPRESSED.test(file) && file !== page)
      .map(compress),
  );
}

/** Whether `file` is one that this build makes: `npm run build` must not delete it as stale. */
export function isOfConsole(file) {
  return file === stampFile || !relative(outDir, file).startsWith('..');
}

/** Brings dist/console up to date with its sources; silent and quick when it already is. */
export async function buildConsole() {
  const stamp = fingerprint();
  const isBuilt = existsSync(stampFile) && existsSync(join(outDir, 'index.html'));
  if (isBuilt && readFileSync(stampFile, 'utf8') === stamp) return;
  rmSync(stampFile, { force: true });
  await step('build: console made', make);
  writeFileSync(stampFile, stamp);
}
