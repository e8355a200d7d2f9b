import type { Page } from 'playwright-core';
import { inject, onTestFinished } from 'vitest';
import type { Role } from '../../domain/access/roles.ts';
import { type BrowserTab, closeTab, emptyTab, takeTab } from './browser-tabs.ts';
import { Watch } from './browser-watch.ts';
import { aKey } from './callers.ts';

/** Where the console keeps how the user of its tab signed in (console/data/session.ts). */
const SESSION_ITEM = 'allot.session';

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
  /** The browser has no file of the console yet. */
  readonly firstVisit?: true;
}

/**
 * A tab that is signed in to nothing and has nothing of another test but the cached files of the console. When the test
 * ends, its page is left, and the test fails if the page threw an error, logged an error or a violation of its content
 * security policy, opened a dialog, got a 5xx answer, or asked another host. `allowTrouble` names what a test means to
 * provoke.
 */
export async function openTab(options: TabOptions = {}): Promise<Page> {
  const { page } = await opened(options);
  return page;
}

async function opened(options: TabOptions): Promise<BrowserTab> {
  const { theme = 'light', width = 1280, height = 800, timeZone = 'Europe/Berlin', locale = 'en-GB' } = options;
  const baseURL = options.baseUrl ?? inject('apiUrl');
  const isOwn = options.firstVisit === true || baseURL !== inject('apiUrl');
  const tab = await takeTab({ baseURL, timezoneId: timeZone, locale }, isOwn);
  const { context, page } = tab;
  await Promise.all([
    // Nothing that moves has to be waited for.
    page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' }),
    page.setViewportSize({ width, height }),
  ]);
  const watch = new Watch(context, [new URL(baseURL).origin, ...(options.origins ?? [])]);
  onTestFinished(async () => {
    await (isOwn ? closeTab(tab) : emptyTab(tab));
    watch.check();
  });
  return tab;
}

/** The same, signed in with a new API key of this role. */
export async function signedIn(role: Role, options: TabOptions = {}): Promise<Page> {
  const { key } = await aKey(role);
  return await signedInWith(key, options);
}

/** The same, signed in with this API key. */
export async function signedInWith(secret: string, options: TabOptions = {}): Promise<Page> {
  const tab = await opened(options);
  await keepSession(tab, secret);
  return tab.page;
}

/** Each page of the tab has the session from its first line of script on; once the page ends it, it stays ended. */
async function keepSession({ context, scripts }: BrowserTab, secret: string): Promise<void> {
  const session = JSON.stringify({ kind: 'key', secret });
  const script = await context.addInitScript(
    ({ item, value }) => {
      const isFirst = sessionStorage.getItem(`${item}.test`) === null;
      sessionStorage.setItem(`${item}.test`, 'set');
      if (isFirst) sessionStorage.setItem(item, value);
    },
    { item: SESSION_ITEM, value: session },
  );
  scripts.push(script);
}
