import { beforeAll, expect, test } from 'vitest';
import { violationsOf } from '../support/browser-axe.ts';
import { layoutFaults, settled } from '../support/browser-layout.ts';
import { unique } from '../support/unique.ts';
import { openPage, PAGES } from './pages.ts';
import { aWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await aWorld({ tag: unique('Axe').replace('-', ''), text: (what) => ` ${what}` });
});

/** CSS pixels. 640 is a screen of 1280 at a zoom of 200 %. */
const WIDTHS = [320, 640, 1024, 1440, 2560];

// One opening for both: opening a page costs more than looking at it.
test.each(Object.entries(PAGES))(
  'axe finds nothing on the page %s, light and dark, and it holds from 320 to 2560 pixels',
  async (_, each) => {
    const page = await openPage(each, world);
    expect(await violationsOf(page), 'light').toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await settled(page);
    expect(await violationsOf(page, ['color-contrast']), 'dark').toEqual([]);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await settled(page);
      expect(await layoutFaults(page), `at ${width} px`).toEqual([]);
    }
  },
);
