import { type Browser, chromium } from 'playwright-core';
import { findBrowserProgram } from './browser-program.ts';

export type { Browser };

const ARGS = [
  // Nothing leaves this machine, whatever a page asks for.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-sync',
  '--disable-domain-reliability',
  '--no-pings',
  // Containers often have a /dev/shm too small for a browser.
  '--disable-dev-shm-usage',
  '--disable-gpu',
  // The same glyphs and the same scroll bars on every machine.
  '--font-render-hinting=none',
  '--hide-scrollbars',
  // A page is loaded and left before its garbage is worth moving: a tenth less work for each page.
  '--js-flags=--min-semi-space-size=64 --max-semi-space-size=128',
];

/** Without a language a browser calls its own `en-US@posix`, which no page can format dates in. */
const LANGUAGE = { LANG: 'en_US.UTF-8' };

/**
 * Starts a headless browser with a new profile. It runs as root too: it only ever opens pages of this project, so it goes
 * without its sandbox. Throws CannotStart when the machine has no browser.
 */
export async function launchBrowser(): Promise<Browser> {
  const { path, env } = await findBrowserProgram();
  return await chromium.launch({
    executablePath: path,
    headless: true,
    chromiumSandbox: false,
    args: ARGS,
    env: Object.fromEntries(Object.entries({ ...process.env, ...LANGUAGE, ...env }).filter(isSet)),
  });
}

const isSet = (entry: [string, string | undefined]): entry is [string, string] => entry[1] !== undefined;
