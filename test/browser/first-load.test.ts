import { expect, test } from 'vitest';
import { signedIn } from '../support/browser.ts';
import { settled } from '../support/browser-layout.ts';

/** Kilobytes of 1,000 bytes, compressed, as they come over the wire. */
const MOST_KB = 300;

test.each(['/', '/entitlements', '/panel'])(
  `a first visit to %s loads at most ${MOST_KB} kB of scripts and styles`,
  async (path) => {
    const page = await signedIn('viewer', { firstVisit: true });
    const loads: Promise<{ url: string; bytes: number }>[] = [];
    page.on('requestfinished', (request) => {
      if (!['script', 'stylesheet'].includes(request.resourceType())) return;
      loads.push(request.sizes().then(({ responseBodySize }) => ({ url: request.url(), bytes: responseBodySize })));
    });
    await page.goto(path);
    await settled(page);
    const files = await Promise.all(loads);
    expect(files.length).toBeGreaterThan(1);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    expect(bytes / 1_000, JSON.stringify(files)).toBeLessThanOrEqual(MOST_KB);
  },
);
