import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { projectDir } from '../runtime/project-dir.ts';
import { CannotStart } from './cannot-start.ts';
import { inScratchDir } from './scratch-dir.ts';
import { cacheDir } from './temporal-pins.ts';

const runFile = promisify(execFile);

export interface BrowserProgram {
  readonly path: string;
  /** What its process needs besides the environment of this one. */
  readonly env: NodeJS.ProcessEnv;
  /** Where it was found, in a few words. */
  readonly source: string;
}

const ON_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const ON_MACOS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const VERSION_LIMIT_MS = 15_000;
const UNPACK_LIMIT_MS = 120_000;
const packageDir = join(projectDir, 'node_modules', '@sparticuz', 'chromium');

/** The package names its folders after the machine that it was made for; with this it unpacks its libraries as well. */
const WITH_LIBRARIES = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };

/** The fonts of the machine if it has any, and Open Sans from the package, so that text has the same width everywhere. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias binding="same"><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="same"><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`;

/**
 * Finds a Chromium for tests and pictures: the one that ALLOT_BROWSER names, else one on PATH, else the one of the npm
 * package @sparticuz/chromium, which is unpacked once into the cache folder. Throws CannotStart with what to do when
 * there is none.
 */
export async function findBrowserProgram(env: NodeJS.ProcessEnv = process.env): Promise<BrowserProgram> {
  if (env.ALLOT_BROWSER) return await named(env.ALLOT_BROWSER);
  return (await onPath(env.PATH ?? '')) ?? (await fromPackage(cacheDir(env)));
}

async function named(path: string): Promise<BrowserProgram> {
  if (await runs(path)) return { path, env: {}, source: 'ALLOT_BROWSER' };
  throw new CannotStart(
    `ALLOT_BROWSER names ${path}, which does not answer --version as a browser does. Set it to a Chromium or Chrome.`,
  );
}

async function onPath(path: string): Promise<BrowserProgram | undefined> {
  const dirs = path.split(delimiter).filter((dir) => dir !== '');
  const candidates = ON_PATH.flatMap((name) => dirs.map((dir) => join(dir, name)));
  for (const each of process.platform === 'darwin' ? [...candidates, ...ON_MACOS] : candidates)
    if ((await isExecutable(each)) && (await runs(each))) return { path: each, env: {}, source: 'PATH' };
  return undefined;
}

/** Some systems have a "chromium-browser" that only says how to install it. */
async function runs(path: string): Promise<boolean> {
  const answered = await runFile(path, ['--version'], { timeout: VERSION_LIMIT_MS }).catch(() => undefined);
  return answered !== undefined && /\d+\.\d+/.test(answered.stdout);
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

async function fromPackage(cache: string): Promise<BrowserProgram> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new CannotStart(
      `No browser was found on PATH, and the npm package @sparticuz/chromium has none for ${process.platform} on ${process.arch}. Install Chromium or Chrome, or set ALLOT_BROWSER to one.`,
    );
  const dir = join(cache, `chromium-${await packageVersion()}-linux-x64`);
  if (!(await isExecutable(join(dir, 'chromium')))) await unpack(cache, dir);
  return {
    path: join(dir, 'chromium'),
    env: { LD_LIBRARY_PATH: join(dir, 'al2023', 'lib'), FONTCONFIG_FILE: join(dir, 'fonts', 'allot.conf') },
    source: '@sparticuz/chromium',
  };
}

async function packageVersion(): Promise<string> {
  const text = await readFile(join(packageDir, 'package.json'), 'utf8').catch(() => {
    throw new CannotStart(
      'No browser was found on PATH, and the npm package @sparticuz/chromium is not installed. Run npm install, install Chromium or Chrome, or set ALLOT_BROWSER to one.',
    );
  });
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

/** Several processes may unpack at the same time; the first to be done puts its folder in place, and all use that one. */
async function unpack(cache: string, target: string): Promise<void> {
  await inScratchDir(cache, async (scratch) => {
    const fresh = join(scratch, 'unpacked');
    await mkdir(fresh);
    // The package unpacks into the folder for temporary files and looks there before it does.
    await runFile(process.execPath, [join(projectDir, 'dev', 'unpack-browser.mjs')], {
      env: { ...process.env, ...WITH_LIBRARIES, TMPDIR: fresh },
      timeout: UNPACK_LIMIT_MS,
    });
    await writeFile(join(fresh, 'fonts', 'allot.conf'), FONTS);
    await rename(fresh, target).catch(async (error: unknown) => {
      if (!(await isExecutable(join(target, 'chromium')))) throw error;
    });
  });
}
