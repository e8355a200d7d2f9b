// Builds dist/: TypeScript to JavaScript, the files that code reads at run time, the workflow bundle, and the console.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootstrap, main, projectDir, run, Stop, say, step } from './bootstrap.mjs';
import { buildConsole, isOfConsole } from './build-console.mjs';

const outDir = join(projectDir, 'dist');
const stampFile = join(outDir, '.build-stamp');
const lockDir = join(projectDir, 'node_modules', '.allot-build');
const bundleProgram = join(outDir, 'dev', 'bundle.js');

// Data files next to the code that opens them by `import.meta.url`, so that dist/ stands alone.
const ASSET = /\.(sql|csv|gz|html|css|js)$/;
const GENERATED = new Set(['.tsbuildinfo', '.build-stamp', 'workflows.bundle.js']);
const LOCK_POLL_MS = 100;
const LOCK_LIMIT_MS = 180_000;

// The tests are run from their sources and are no part of what is built; see tsconfig.build.json.
function sourceDirs() {
  const { include } = JSON.parse(readFileSync(join(projectDir, 'tsconfig.json'), 'utf8'));
  return include.filter((dir) => dir !== 'test' && existsSync(join(projectDir, dir)));
}

function filesUnder(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

// A workspace such as client/ has packages and a build of its own.
const isSource = (file) => !/[/\\](node_modules|dist)[/\\]/.test(relative(projectDir, file));

function sources() {
  return sourceDirs()
    .flatMap((dir) => filesUnder(join(projectDir, dir)))
    .filter(isSource)
    .filter((file) => file.endsWith('.ts') || ASSET.test(file))
    .sort();
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of [...files, join(projectDir, 'tsconfig.build.json'), join(projectDir, 'package-lock.json')]) {
    hash.update(relative(projectDir, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function outputOf(file) {
  return join(outDir, relative(projectDir, file).replace(/\.ts$/, '.js'));
}

function deleteStale(expected) {
  for (const file of existsSync(outDir) ? filesUnder(outDir) : []) {
    if (!expected.has(file) && !GENERATED.has(relative(outDir, file)) && !isOfConsole(file)) rmSync(file);
  }
}

function copyAssets(files) {
  for (const file of files.filter((name) => ASSET.test(name))) {
    mkdirSync(dirname(outputOf(file)), { recursive: true });
    copyFileSync(file, outputOf(file));
  }
}

async function compile(files) {
  const programs = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  // The compiler trusts its own note, so it would not write again a file that somebody deleted.
  if (programs.some((file) => !existsSync(outputOf(file)))) rmSync(join(outDir, '.tsbuildinfo'), { force: true });
  const code = await run(process.execPath, [
    join(projectDir, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    'tsconfig.build.json',
  ]);
  if (code !== 0) throw new Stop('The build failed: TypeScript says why above.');
}

async function bundle() {
  const code = await run(process.execPath, [bundleProgram]);
  if (code !== 0) throw new Stop('The build failed: the workflow bundle could not be made (see above).');
}

// Two commands may start at once (`npm start` and `npm run replay`): one builds, the other waits and finds it done.
async function lockBuild() {
  const deadline = Date.now() + LOCK_LIMIT_MS;
  for (;;) {
    try {
      mkdirSync(lockDir);
      return () => rmSync(lockDir, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const ageMs = Date.now() - (statSync(lockDir, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (ageMs > LOCK_LIMIT_MS || Date.now() > deadline) rmSync(lockDir, { recursive: true, force: true });
    await sleep(LOCK_POLL_MS);
  }
}

async function buildIfChanged() {
  const files = sources();
  const stamp = fingerprint(files);
  const upToDate =
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === stamp &&
    files.every((file) => file.endsWith('.d.ts') || existsSync(outputOf(file)));
  if (upToDate) return;
  rmSync(stampFile, { force: true });
  deleteStale(new Set(files.map(outputOf)));
  await step('build: TypeScript compiled', () => compile(files));
  copyAssets(files);
  if (existsSync(join(projectDir, 'workflows', 'index.ts'))) await step('build: workflows bundled', bundle);
  else say('build: no workflows/index.ts, so there is no workflow bundle');
  writeFileSync(stampFile, stamp);
}

/** Brings dist/ up to date with the sources; silent and quick when it already is. */
export async function build() {
  const unlock = await lockBuild();
  // An interrupted build must not make the next one wait.
  const unlockAndEnd = () => {
    unlock();
    process.exit(1);
  };
  process.once('SIGINT', unlockAndEnd).once('SIGTERM', unlockAndEnd);
  try {
    await buildIfChanged();
    await buildConsole();
  } finally {
    process.off('SIGINT', unlockAndEnd).off('SIGTERM', unlockAndEnd);
    unlock();
  }
}

if (import.meta.filename === process.argv[1]) {
  await main(async () => {
    await bootstrap();
    await build();
  });
}
