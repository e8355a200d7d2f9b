import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { projectDir } from '../runtime/project-dir.ts';
import { CannotStart } from './cannot-start.ts';
import { inScratchDir } from './scratch-dir.ts';
import { cacheDir } from './temporal-pins.ts';
import type { Narrator } from './temporal-program.ts';
import { runQuietly } from './temporal-sources.ts';

/** The programs of a Temporal cluster, as an installation runs them; `npm start` uses the development server instead. */
export interface TemporalPrograms {
  version: string;
  server: string;
  /** Makes and updates the schema of Temporal's databases; it carries that schema. */
  sqlTool: string;
}

const runFile = promisify(execFile);

/** A Go module that names the server's version; its go.sum holds the hash of every module that the build takes. */
const MODULE_DIR = join(projectDir, 'dev', 'temporal-go');
const MODULE_FILES = ['go.mod', 'go.sum', 'tools.go'];
const PACKAGES = { server: 'go.temporal.io/server/cmd/server', sqlTool: 'go.temporal.io/server/cmd/tools/sql' };
const PROGRAMS = { server: 'temporal-server', sqlTool: 'temporal-sql-tool' };

// As Temporal's own Makefile builds them; read-only, so that nothing enters that go.sum does not name.
const BUILD_FLAGS = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-tags=disable_grpc_modules'];
const BUILD_ENV = { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };
const BUILD_LIMIT_MS = 3_600_000;
const LIST_LIMIT_BYTES = 20_000_000;
const HASH_LETTERS = 12;
const SUMS = 'SHA256SUMS';

/** The version of the server that is built. */
export async function pinnedServerVersion(): Promise<string> {
  const version = /^require go\.temporal\.io\/server v(\S+)/m.exec(await readFile(join(MODULE_DIR, 'go.mod'), 'utf8'));
  if (version?.[1] === undefined) throw new Error(`${join(MODULE_DIR, 'go.mod')} names no version of the server.`);
  return version[1];
}

/**
 * The server and its SQL tool, built from their Go modules once and kept in the cache folder under their version and the
 * hash of everything that they are built from. Throws CannotStart when Go is missing or too old.
 */
export async function builtTemporalServer(narrator: Narrator): Promise<TemporalPrograms> {
  const version = await pinnedServerVersion();
  const place = join(
    cacheDir(),
    `temporal-server-${version}-${process.platform}-${process.arch}-${await hashOfSources()}`,
  );
  const programs = { version, server: join(place, PROGRAMS.server), sqlTool: join(place, PROGRAMS.sqlTool) };
  if (await isWhatWasBuilt(place)) {
    narrator.say(`Temporal server ${version}: in the cache, ${place}`);
    return programs;
  }
  await assertGo(version);
  narrator.say(
    `Temporal server ${version}: built with Go, once; 5 minutes on two cores, and less than 2 GB of modules`,
  );
  const startedAt = performance.now();
  await inScratchDir(cacheDir(), async (dir) => {
    await build(dir, narrator);
    await rm(place, { recursive: true, force: true });
    await rename(join(dir, 'built'), place);
  });
  narrator.say(`Temporal server ${version}: built in ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes`);
  return programs;
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of MODULE_FILES) hash.update(await readFile(join(MODULE_DIR, file)));
  hash.update([...BUILD_FLAGS, JSON.stringify(BUILD_ENV)].join('\n'));
  return hash.digest('hex').slice(0, HASH_LETTERS);
}

/** The programs are there, and are those that a build left. */
async function isWhatWasBuilt(place: string): Promise<boolean> {
  const noted = await readFile(join(place, SUMS), 'utf8').catch(() => undefined);
  return noted !== undefined && noted === (await sumsOf(place).catch(() => ''));
}

async function sumsOf(dir: string): Promise<string> {
  const lines: string[] = [];
  for (const name of Object.values(PROGRAMS)) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(dir, name)), hash);
    lines.push(`${hash.digest('hex')}  ${name}\n`);
  }
  return lines.join('');
}

const GET_GO = 'Get it from https://go.dev/dl/ or your package manager, put it on PATH, and start again.';

/** In the module's folder, Go fetches the version that go.mod names by itself, unless GOTOOLCHAIN forbids it. */
async function assertGo(version: string): Promise<void> {
  const wanted = /^go (\S+)/m.exec(await readFile(join(MODULE_DIR, 'go.mod'), 'utf8'))?.[1];
  const needs = `Temporal's server ${version} is built from source, which needs Go ${wanted} or newer`;
  try {
    await runFile('go', ['list', '-m'], { cwd: MODULE_DIR, env: { ...process.env, ...BUILD_ENV } });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new CannotStart(`${needs}, and there is no Go on PATH. ${GET_GO}`);
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new CannotStart(`${needs}: ${said}. ${GET_GO} Or set GOTOOLCHAIN=auto, and Go fetches it by itself.`);
  }
}

async function build(dir: string, narrator: Narrator): Promise<void> {
  const env = { ...process.env, ...BUILD_ENV };
  const packages = Object.values(PACKAGES);
  narrator.progress('Temporal server: fetching its Go modules');
  const listed = await runFile('go', ['list', ...BUILD_FLAGS, '-deps', ...packages], {
    cwd: MODULE_DIR,
    env,
    maxBuffer: LIST_LIMIT_BYTES,
  });
  const total = listed.stdout.trim().split('\n').length;
  let compiled = 0;
  const built = join(dir, 'built');
  await runQuietly(
    'go',
    ['build', '-v', ...BUILD_FLAGS, '-o', `${built}/`, ...packages],
    BUILD_LIMIT_MS,
    (line) => {
      compiled += 1;
      narrator.progress(`Temporal server: ${compiled} of at most ${total} packages compiled (${line})`);
    },
    { cwd: MODULE_DIR, env },
  );
  for (const [part, path] of Object.entries(PACKAGES)) {
    const made = join(built, path.slice(path.lastIndexOf('/') + 1));
    await rename(made, join(built, PROGRAMS[part as keyof typeof PROGRAMS]));
  }
  await writeFile(join(built, SUMS), await sumsOf(built));
}
