import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { inject, onTestFinished } from 'vitest';
import { launchBrowser } from '../../dev/browser.ts';
import type { Role } from '../../domain/access/roles.ts';
import { Watch } from './browser-watch.ts';
import { aKey } from './callers.ts';

/** Where the console keeps how the user of its tab signed in (console/data/session.ts). */
const SESSION_ITEM = 'allot.session';
const LIMIT_MS = 45_000;

export interface TabOptions {
  readonly theme?: 'light' | 'dark';
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  /** IANA zone of the person at the screen. */
  readonly timeZone?: string;
  /** BCP 47. */
  readonly locale?: string;
  /** Origins besides the API's that the page may ask, such as that of an issuer. */
  readonly origins?: readonly string[];
  /** Where relative addresses lead; the API under test unless told otherwise. */
  readonly baseUrl?: string;
  readonly more?: BrowserContextOptions;
}

/** One for all test files of a process; it ends with the process. */
let browser: Promise<Browser> | undefined;

/**
 * A new tab with a profile of its own, signed in to nothing. When the test ends, the tab is closed, and the test fails if
 * the page threw an error, logged an error or a violation of its content security policy, opened a dialog, got a 5xx
 * answer, or asked another host. `allowTrouble` names what a test means to provoke.
 */
export async function openTab(options: TabOptions = {}): Promise<Page> {
  const { theme = 'light', width = 1280, height = 800, timeZone = 'Europe/Berlin', locale = 'en-GB' } = options;
  const baseURL = options.baseUrl ?? inject('apiUrl');
  browser ??= launchBrowser();
  const context = await (await browser).newContext({
    baseURL,
    colorScheme: theme,
    viewport: { width, height },
    timezoneId: timeZone,
    locale,
    // Nothing that moves has to be waited for.
    reducedMotion: 'reduce',
    ...options.more,
  });
  context.setDefaultTimeout(LIMIT_MS);
  const watch = new Watch(context, [new URL(baseURL).origin, ...(options.origins ?? [])]);
  onTestFinished(async () => {
    await context.close();
    watch.check();
  });
  return await context.newPage();
}

/** The same, signed in with a new API key of this role. */
export async function signedIn(role: Role, options: TabOptions = {}): Promise<Page> {
  const { key } = await aKey(role);
  return await signedInWith(key, options);
}

/** The same, signed in with this API key. */
export async function signedInWith(secret: string, options: TabOptions = {}): Promise<Page> {
  const page = await openTab(options);
  await keepSession(page.context(), secret);
  return page;
}

/** Each tab of the context has the session from its first line of script on; once the page ends it, it stays ended. */
async function keepSession(context: BrowserContext, secret: string): Promise<void> {
  const session = JSON.stringify({ kind: 'key', secret });
  await context.addInitScript(
    ({ item, value }) => {
      const isFirst = sessionStorage.getItem(`${item}.test`) === null;
      sessionStorage.setItem(`${item}.test`, 'set');
      if (isFirst) sessionStorage.setItem(item, value);
    },
    { item: SESSION_ITEM, value: session },
  );
}
