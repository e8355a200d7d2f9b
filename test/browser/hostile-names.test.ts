import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { layoutFaults, settled, textsOf } from '../support/browser-layout.ts';
import { unique } from '../support/unique.ts';
import { openPage, PAGES } from './pages.ts';
import { aWorld, type World } from './world.ts';

/** Names, titles and reasons that are markup, script, templates, letters of every kind, or endless: all stay text. */

const MARKUP = `"'><img src=/never.png onerror=alert(1)><script>alert(2)</script>{{7*7}}\${7*7}<svg/onload=alert(3)>`;
const LETTERS = '\u202edrawkcab\u202c شركة 株式会社 👩‍👩‍👧‍👦 Z\u0335\u0322\u0358a\u0337\u035fl a\u200bb\u2060c é ﷽';
const ENDLESS = 'W'.repeat(180);
const LONGEST_ID = 200;
/** CSS pixels: the narrowest screen, a telephone, a desk. */
const WIDTHS = [320, 375, 1280];

const TEXTS = { 'markup and other letters': `${MARKUP} ${LETTERS}`, 'endless words': ENDLESS };
const worlds = new Map<string, World>();
const longId = (what: string) => unique(what).padEnd(LONGEST_ID, 'x');
beforeAll(async () => {
  for (const [kind, text] of Object.entries(TEXTS)) {
    const id = text === ENDLESS ? longId : unique;
    worlds.set(kind, await aWorld({ tag: unique('Tag').replace('-', ''), text: () => text, id }));
  }
});

/** Elements that no page of the console makes by itself. */
const strangers = (page: Page): Promise<number> =>
  page.locator('img[src="/never.png"], svg[onload], body script:not([src])').count();

describe.each(Object.entries(TEXTS))('%s', (kind, text) => {
  test.each(Object.entries(PAGES))('stay text on the page %s, and the layout holds', async (_, each) => {
    const world = worlds.get(kind);
    if (world === undefined) throw new Error('Its records were not made.');
    const page = await openPage(each, world);
    expect(await strangers(page)).toBe(0);
    const shown = await textsOf(page);
    if (each.names) expect(shown.includes(world.tag + text), `${text} is in: ${shown.slice(0, 1_000)}`).toBe(true);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await settled(page);
      expect(await layoutFaults(page), `at ${width} px`).toEqual([]);
    }
  });
});
