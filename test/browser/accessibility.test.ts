import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { settled } from '../support/browser-layout.ts';
import { unique } from '../support/unique.ts';
import { openPage, PAGES } from './pages.ts';
import { aWorld, type World } from './world.ts';

let axe: string;
let world: World;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  world = await aWorld({ tag: unique('Axe').replace('-', ''), text: (what) => ` ${what}` });
});

/** What axe finds, one line for each element: the rule, the element, what to do. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}

test.each(Object.entries(PAGES))('axe finds nothing on the page %s, light and dark', async (_, each) => {
  const page = await openPage(each, world);
  expect(await violationsOf(page), 'light').toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await settled(page);
  expect(await violationsOf(page), 'dark').toEqual([]);
});
