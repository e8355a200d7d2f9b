import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { violationsOf } from '../support/browser-axe.ts';
import { layoutFaults, settled, textsOf } from '../support/browser-layout.ts';
import { unique } from '../support/unique.ts';
import { openPage, PAGES } from './pages.ts';
import { aWorld, type World } from './world.ts';

/** Names, titles and reasons that are markup, script, templates, letters of every kind, or endless: all stay text. */

const MARKUP = `"'><img src=/never.png onerror=alert(1)><script>alert(2)</script>{{7*7}}<svg/onload=alert(3)>`;
const LETTERS = '\u202edrawkcab\u202c شركة 株 👩‍👩‍👧‍👦 Z\u0335\u0322a\u0337l a\u200bb\u2060c ﷽';
/** Longer than a telephone is wide, and than most columns of a desk's screen. */
const ENDLESS = 'W'.repeat(50);
const TEXT = `${MARKUP} ${LETTERS} ${ENDLESS}`;
const LONGEST_ID = 200;
/** CSS pixels: the narrowest screen and a desk. */
const WIDTHS = [320, 1440];
/** A telephone, a screen of 1280 at a zoom of 200 %, a small desk and the widest screen. */
const BETWEEN = [375, 640, 1024, 2560];
const widths = process.env.ALLOT_LONG === undefined ? WIDTHS : [...WIDTHS, ...BETWEEN];

let world: World;
beforeAll(async () => {
  const id = (what: string) => unique(what).padEnd(LONGEST_ID, 'x');
  world = await aWorld({ tag: unique('Tag').replace('-', ''), text: () => TEXT, id });
});

/** Elements that no page of the console makes by itself. */
const strangers = (page: Page): Promise<number> =>
  page.locator('img[src="/never.png"], svg[onload], body script:not([src])').count();

// One opening for all: opening a page costs more than looking at it.
test.each(Object.entries(PAGES))(
  'on the page %s hostile names stay text, axe finds nothing, light and dark, and it holds on narrow and wide screens',
  async (_, each) => {
    const page = await openPage(each, world);
    expect(await strangers(page)).toBe(0);
    const shown = await textsOf(page);
    if (each.names) expect(shown.includes(world.tag + TEXT), `${TEXT} is in: ${shown.slice(0, 1_000)}`).toBe(true);
    expect(await violationsOf(page), 'light').toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await settled(page);
    expect(await violationsOf(page, ['color-contrast']), 'dark').toEqual([]);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await settled(page);
      expect(await layoutFaults(page), `at ${width} px`).toEqual([]);
    }
  },
);
