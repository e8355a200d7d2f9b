import { beforeAll, expect, test } from 'vitest';
import { violationsOf } from '../support/browser-axe.ts';
import { settled } from '../support/browser-layout.ts';
import { unique } from '../support/unique.ts';
import { openPage, PAGES } from './pages.ts';
import { aWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await aWorld({ tag: unique('Axe').replace('-', ''), text: (what) => ` ${what}` });
});

test.each(Object.entries(PAGES))('axe finds nothing on the page %s, light and dark', async (_, each) => {
  const page = await openPage(each, world);
  expect(await violationsOf(page), 'light').toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  await settled(page);
  expect(await violationsOf(page), 'dark').toEqual([]);
});
