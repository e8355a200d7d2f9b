import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../../dev/temporal-pins.ts';
import { projectDir } from '../../runtime/project-dir.ts';

const runFile = promisify(execFile);

/** The version that installations are upgraded from, and the commit that it was released from. */
export const OLD_VERSION = '0.1.0';
const COMMIT = '815a14557db2f72c70aa7883fa5a417063c5d0df';

/** Programs of that version, below the directory it was built in. */
export const OLD_PROGRAMS = {
  worker: join('dist', 'worker', 'main.js'),
  api: join('dist', 'api', 'main.js'),
  migrate: join('dist', 'dev', 'migrate.js'),
  makeKey: join('dist', 'dev', 'make-key.js'),
} as const;

const OUTPUT_LIMIT_BYTES = 20_000_000;

/**
 * The directory with the old version, taken from git and built with the dependencies of its own lock file. It is kept in
 * the cache folder, so only the first call takes its minute. Throws when the clone does not have the commit.
 */
export async function builtOldVersion(say: (line: string) => void): Promise<string> {
  const place = join(cacheDir(), 'versions', `${OLD_VERSION}-${COMMIT.slice(0, 12)}`);
  if (await exists(join(place, OLD_PROGRAMS.api))) {
    say(`version ${OLD_VERSION} is in the cache: ${place}`);
    return place;
  }
  await assertCommitIsHere();
  await mkdir(dirname(place), { recursive: true });
  // Built beside its place and moved there when it is complete: what is in the cache can be used.
  const dir = await mkdtemp(`${place}-`);
  try {
    say(`version ${OLD_VERSION} is taken from commit ${COMMIT.slice(0, 12)} and built; this takes a minute, once`);
    await checkOut(dir);
    // Installs the dependencies, too.
    await runFile(process.execPath, [join('dev', 'build.mjs')], { cwd: dir, maxBuffer: OUTPUT_LIMIT_BYTES });
    await rm(place, { recursive: true, force: true });
    await rename(dir, place);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
  return place;
}

async function assertCommitIsHere(): Promise<void> {
  const git = (...args: string[]) => runFile('git', args, { cwd: projectDir });
  try {
    await git('cat-file', '-e', `${COMMIT}^{commit}`);
  } catch {
    const { stdout } = await git('rev-parse', '--is-shallow-repository').catch(() => ({ stdout: '' }));
    const advice =
      stdout.trim() === 'true'
        ? 'This clone is shallow: run `git fetch --unshallow` and try again.'
        : 'Run this test in a clone of the repository with its whole history.';
    throw new Error(`Version ${OLD_VERSION} cannot be built: its commit ${COMMIT} is not here. ${advice}`);
  }
}

async function checkOut(dir: string): Promise<void> {
  const archive = join(dir, 'version.tar');
  await runFile('git', ['archive', '--format=tar', `--output=${archive}`, COMMIT], { cwd: projectDir });
  await runFile('tar', ['-xf', archive, '-C', dir]);
  await rm(archive);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
