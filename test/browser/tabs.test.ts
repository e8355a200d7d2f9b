import { expect, inject, test } from 'vitest';
import { openTab } from '../support/browser.ts';
import { closeTab, emptyTab, takeTab } from '../support/browser-tabs.ts';

/** Tests use a tab one after the other: none may meet what another left. */

// No other test has this zone, so that its tabs are these tests' alone.
const options = () => ({ baseURL: inject('apiUrl'), timezoneId: 'Pacific/Niue' });

test('a tab that is used again has nothing of its last test: stored, routed, heard, opened, gone back to, or set', async () => {
  const tab = await takeTab(options(), false);
  const { context, page } = tab;
  await page.goto('/');
  await page.evaluate(() => {
    sessionStorage.setItem('left', 'here');
    localStorage.setItem('left', 'here');
    window.addEventListener('beforeunload', (event) => event.preventDefault());
  });
  await page.getByLabel('API key').click();
  page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
  await context.addCookies([{ name: 'left', value: 'here', url: inject('apiUrl') }]);
  await page.route('**/console.json', (route) => route.abort());
  await context.route('**/v1/**', (route) => route.abort());
  tab.scripts.push(await context.addInitScript('globalThis.left = "here"'));
  const heard: string[] = [];
  page.on('request', (request) => heard.push(request.url()));
  await context.newPage();
  await context.setOffline(true);
  await emptyTab(tab);

  const again = await takeTab(options(), false);
  expect(again).toBe(tab);
  heard.length = 0;
  expect(context.pages()).toEqual([page]);
  expect(await context.cookies()).toEqual([]);
  await page.goto('/');
  await page.getByLabel('API key').waitFor();
  expect(heard).toEqual([]);
  expect(
    await page.evaluate(() => ({
      stored: [...Object.keys(localStorage), ...Object.keys(sessionStorage)],
      put: 'left' in globalThis,
    })),
  ).toEqual({ stored: [], put: false });
  await page.goBack();
  expect(new URL(page.url()).pathname).toBe('/icon.svg');
  expect(await page.goBack()).toBeNull();
  expect(new URL(page.url()).pathname).toBe('/icon.svg');
  await closeTab(again);
});

test('a tab with a clock of a test is not used again', async () => {
  const tab = await takeTab(options(), false);
  await tab.page.goto('/');
  await tab.page.clock.install({ time: 0 });
  await emptyTab(tab);
  const next = await takeTab(options(), false);
  expect(next).not.toBe(tab);
  expect(tab.page.isClosed()).toBe(true);
  await closeTab(next);
});

test('a tab has the size and the colours that its test asks for, whoever had it before', async () => {
  const seen = async (...asked: Parameters<typeof openTab>) =>
    await (await openTab(...asked)).evaluate(() => ({
      width: innerWidth,
      isDark: matchMedia('(prefers-color-scheme: dark)').matches,
      isStill: matchMedia('(prefers-reduced-motion: reduce)').matches,
    }));
  expect(await seen({ theme: 'dark', width: 320 })).toEqual({ width: 320, isDark: true, isStill: true });
  expect(await seen()).toEqual({ width: 1280, isDark: false, isStill: true });
});
