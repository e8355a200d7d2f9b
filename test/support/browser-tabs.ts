import type { Browser, BrowserContext, BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import { launchBrowser } from '../../dev/browser.ts';

const LIMIT_MS = 45_000;
/** A small file of the console's origin without any script: from there a page can drop what the origin stored. */
const EMPTY = '/icon.svg';
const PAGE_EVENTS = [
  ...['console', 'dialog', 'domcontentloaded', 'download', 'filechooser', 'frameattached', 'framedetached'],
  ...['framenavigated', 'load', 'pageerror', 'popup', 'request', 'requestfailed', 'requestfinished', 'response'],
  ...['websocket', 'worker'],
];

/** A tab with a profile of its own. */
export interface BrowserTab {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly devTools: CDPSession;
  /** What of it cannot be changed later. */
  readonly key: string;
  /** Drops what the page runs before its own scripts. */
  readonly scripts: { dispose(): Promise<void> }[];
}

/** One for all test files of a process; it ends with the process. */
let browser: Promise<Browser> | undefined;

/**
 * Emptied tabs, by their key. A page in a used tab costs half the processor time of one in a new tab, whose process
 * starts anew and compiles every script again.
 */
const emptied = new Map<string, BrowserTab[]>();

/** An emptied tab with these options, or a new one if there is none; always a new one if it must be `isNew`. */
export async function takeTab(options: BrowserContextOptions, isNew: boolean): Promise<BrowserTab> {
  const key = JSON.stringify(options);
  const used = isNew ? undefined : emptied.get(key)?.pop();
  if (used !== undefined) return used;
  browser ??= launchBrowser();
  const context = await (await browser).newContext(options);
  context.setDefaultTimeout(LIMIT_MS);
  const page = await context.newPage();
  // Nothing would take such a script out of the tab again. `signedInWith` signs in.
  page.addInitScript = () => Promise.reject(new Error('a test may not add scripts to a tab that the next one gets'));
  return { context, page, devTools: await context.newCDPSession(page), key, scripts: [] };
}

export async function closeTab({ context }: BrowserTab): Promise<void> {
  await context.close();
}

/** Takes everything out of the tab but cached files, and keeps it for the next test. */
export async function emptyTab(tab: BrowserTab): Promise<void> {
  const isEmpty = await leave(tab).catch(() => false);
  if (isEmpty) emptied.set(tab.key, [...(emptied.get(tab.key) ?? []), tab]);
  else await closeTab(tab);
}

/** False if something is left that cannot be taken out. */
async function leave({ context, page, devTools, scripts }: BrowserTab): Promise<boolean> {
  for (const other of context.pages()) if (other !== page) await other.close();
  for (const script of scripts.splice(0)) await script.dispose();
  for (const event of PAGE_EVENTS) page.removeAllListeners(event);
  await Promise.all([
    page.unrouteAll({ behavior: 'ignoreErrors' }),
    context.unrouteAll({ behavior: 'ignoreErrors' }),
    context.setOffline(false),
    context.clearPermissions(),
  ]);
  await page.goto(EMPTY);
  const [isAlone] = await Promise.all([
    page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
      // Playwright cannot take a clock out that a test has put in.
      return !('__pwClock' in globalThis);
    }),
    context.clearCookies(),
    page.mouse.move(-1, -1),
    devTools.send('Page.resetNavigationHistory'),
  ]);
  return isAlone;
}
