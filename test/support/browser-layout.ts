import type { Page } from 'playwright-core';

/** Pixels that rounding may add. */
const ROUNDING = 1;
/** Longer than a frame: a question in every frame makes the browser draw every one. */
const POLL_MS = 50;

/** Goes to an address of the console and waits until everything on it is read. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await settled(page);
}

/** Waits until the page has its heading, nothing on it is loading or moving, and its fonts are there. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const busy =
        '[aria-label="Loading"], [aria-busy="true"], .mantine-Skeleton-root[data-visible], .mantine-Loader-root';
      return document.querySelector('h1') !== null && document.querySelector(busy) === null;
    },
    undefined,
    { polling: POLL_MS },
  );
  await page.evaluate(async () => {
    await document.fonts.ready;
    // What moves after a change begins with the next frame.
    for (const _ of [1, 2]) await new Promise((resolve) => requestAnimationFrame(resolve));
    const endless = (animation: Animation) =>
      animation.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY;
    const moving = document.getAnimations().filter((animation) => !endless(animation));
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });
}

/** All texts of the page, with what its fields hold. */
export async function textsOf(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')];
    const blocks = [...document.querySelectorAll('#root > *:not(style), body > [data-portal]')];
    return [...blocks.map(({ textContent }) => textContent), ...fields.map(({ value }) => value)].join('\n');
  });
}

/**
 * What is wrong with the layout of the page as it stands, in words: the document scrolls sideways, controls lie on top of
 * each other, the label of a button is cut. Empty when nothing is.
 */
export async function layoutFaults(page: Page): Promise<string[]> {
  return await page.evaluate((rounding) => {
    const faults: string[] = [];
    const root = document.documentElement;
    const spoken = (element: Element) =>
      `${element.tagName.toLowerCase()} "${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 50)}"`;
    /** The part of the element that is seen: what its scrolling ancestors cut off is not. */
    const seen = (element: Element): DOMRect | undefined => {
      let { left, top, right, bottom } = element.getBoundingClientRect();
      for (let up = element.parentElement; up !== null && up !== root; up = up.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(up);
        if (overflowX === 'visible' && overflowY === 'visible') continue;
        const box = up.getBoundingClientRect();
        left = Math.max(left, box.left);
        right = Math.min(right, box.right);
        top = Math.max(top, box.top);
        bottom = Math.min(bottom, box.bottom);
      }
      return right - left > rounding && bottom - top > rounding
        ? new DOMRect(left, top, right - left, bottom - top)
        : undefined;
    };
    const overlap = (a: DOMRect, b: DOMRect) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > rounding &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > rounding;

    if (root.scrollWidth > root.clientWidth + rounding) {
      const widest = [...document.querySelectorAll('body *')]
        .filter((element) => (seen(element)?.right ?? 0) > root.clientWidth + rounding)
        .at(-1);
      faults.push(
        `the document is ${root.scrollWidth - root.clientWidth} px wider than the window: ${widest === undefined ? '?' : spoken(widest)}`,
      );
    }
    const main = document.querySelector('main') ?? document.body;
    /** A bar that stays in view lies on what scrolls under it, on purpose. */
    const stays = (element: Element): boolean => {
      for (let up: Element | null = element; up !== null; up = up.parentElement)
        if (['sticky', 'fixed'].includes(getComputedStyle(up).position)) return true;
      return false;
    };
    const controls = [
      ...main.querySelectorAll('a[href], button, input:not([type="hidden"]), select, textarea'),
    ].flatMap((element) => {
      const style = getComputedStyle(element);
      const box = seen(element);
      const hidden =
        stays(element) || style.visibility === 'hidden' || style.opacity === '0' || style.position === 'absolute';
      return box === undefined || hidden || element.closest('.only-spoken') !== null ? [] : [{ element, box }];
    });
    controls.forEach((one, index) => {
      for (const other of controls.slice(index + 1))
        if (
          !one.element.contains(other.element) &&
          !other.element.contains(one.element) &&
          // A button inside a field (show the password, clear) lies on it on purpose.
          one.element.parentElement?.contains(other.element) !== true &&
          other.element.parentElement?.contains(one.element) !== true &&
          overlap(one.box, other.box)
        )
          faults.push(`${spoken(one.element)} and ${spoken(other.element)} lie on top of each other`);
    });
    for (const label of main.querySelectorAll('.mantine-Button-label'))
      if (label.scrollWidth > label.clientWidth + rounding) faults.push(`the label of ${spoken(label)} is cut`);
    const blocks = main.querySelectorAll(':scope > * > *');
    for (let at = 1; at < blocks.length; at += 1) {
      const [before, after] = [blocks[at - 1], blocks[at]];
      if (before === undefined || after === undefined) continue;
      const [upper, lower] = [seen(before), seen(after)];
      if (
        upper !== undefined &&
        lower !== undefined &&
        overlap(upper, lower) &&
        before.parentElement === after.parentElement
      )
        faults.push(`${spoken(before)} and ${spoken(after)} of the main column overlap`);
    }
    const menu = document.querySelector('nav[aria-label="Main"]');
    const heading = document.querySelector('main h1');
    const [menuBox, headingBox] = [
      menu === null ? undefined : seen(menu),
      heading === null ? undefined : seen(heading),
    ];
    if (menuBox !== undefined && headingBox !== undefined && menuBox.left >= 0 && overlap(menuBox, headingBox))
      faults.push('the menu covers the heading');
    return faults;
  }, ROUNDING);
}
