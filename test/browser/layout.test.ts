import { beforeAll, expect, test } from 'vitest';
import { layoutFaults, settled } from '../support/browser-layout.ts';
import { unique } from '../support/unique.ts';
import { openPage, PAGES } from './pages.ts';
import { aWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await aWorld({ tag: unique('Wide').replace('-', ''), text: (what) => ` ${what}` });
});

/** CSS pixels. 640 is a screen of 1280 at a zoom of 200 %. */
const WIDTHS = [320, 640, 1024, 1440, 2560];

test.each(Object.entries(PAGES))('the page %s holds from 320 to 2560 pixels', async (_, each) => {
  const page = await openPage(each, world);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await settled(page);
    expect(await layoutFaults(page), `at ${width} px`).toEqual([]);
  }
});
