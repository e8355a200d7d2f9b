import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CannotStart } from '../../dev/cannot-start.ts';
import { cacheDir } from '../../dev/temporal-pins.ts';
import { projectDir } from '../../runtime/project-dir.ts';

const runFile = promisify(execFile);

export const sourceDir = join(projectDir, 'tools', 'schemathesis');
const REQUIREMENTS = join(sourceDir, 'requirements.txt');
const OLDEST_PYTHON = { major: 3, minor: 11 };
const INSTALL_LIMIT_MS = 300_000;
const VERSION_LIMIT_MS = 15_000;
const MAX_OUTPUT_BYTES = 10_000_000;

/**
 * The program `st` of the pinned Schemathesis, in a Python environment of its own in the cache folder, which is made
 * once for each list of requirements. Throws CannotStart with what to do when there is no Python or the packages cannot
 * be fetched.
 */
export async function schemathesisProgram(say: (line: string) => void): Promise<string> {
  const requirements = await readFile(REQUIREMENTS);
  const name = createHash('sha256').update(requirements).digest('hex').slice(0, 16);
  const dir = join(cacheDir(), `schemathesis-${name}`);
  const done = join(dir, 'installed');
  if (existsSync(done)) return join(dir, 'bin', 'st');
  const python = await findPython();
  say('installing Schemathesis from the Python package index, once');
  // The programs of an environment hold its path, so it is made in place; the note at its end says that it is whole.
  await rm(dir, { recursive: true, force: true });
  const options = { timeout: INSTALL_LIMIT_MS, maxBuffer: MAX_OUTPUT_BYTES };
  try {
    await runFile(python, ['-m', 'venv', dir], options);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '--require-hashes'];
    await runFile(join(dir, 'bin', 'python'), [...pip, '--only-binary', ':all:', '-r', REQUIREMENTS], options);
    await runFile(join(dir, 'bin', 'python'), ['-c', 'open(__import__("sys").argv[1], "w")', `${done}.part`], options);
    await rename(`${done}.part`, done);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    const lines = (error as { stderr?: string }).stderr ?? String(error);
    throw new CannotStart(
      `Schemathesis could not be installed into ${dir}: ${lines.trim().split('\n').at(-1)}\n` +
        'It needs Python with its modules venv and pip (Debian: apt-get install python3-venv) and the Python package index.',
    );
  }
  return join(dir, 'bin', 'st');
}

/** A Python on PATH that is new enough. */
async function findPython(): Promise<string> {
  for (const program of ['python3', 'python']) {
    const version = await runFile(program, ['--version'], { timeout: VERSION_LIMIT_MS }).catch(() => undefined);
    const [, major = 0, minor = 0] = (/Python (\d+)\.(\d+)/.exec(version?.stdout ?? '') ?? []).map(Number);
    const { major: oldestMajor, minor: oldestMinor } = OLDEST_PYTHON;
    if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return program;
  }
  throw new CannotStart(
    `There is no Python ${OLDEST_PYTHON.major}.${OLDEST_PYTHON.minor} or newer on PATH, and Schemathesis is a Python program. ` +
      'Install it (Debian: apt-get install python3 python3-venv; macOS: brew install python) and run the command again.',
  );
}
