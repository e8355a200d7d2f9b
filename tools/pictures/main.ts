import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { lineOf } from '../../client/failure.ts';
import { connectionFrom, createNodeClient, terminalMessage } from '../../client/node.ts';
import { type Browser, launchBrowser } from '../../dev/browser.ts';
import { projectDir } from '../../runtime/project-dir.ts';
import { placesOf } from './places.ts';

/** `npm run pictures`: pictures of the console's pages over the running system, best after `npm start -- --demo`. */

/** The pictures that docs/console.md shows, at the width of a desk. */
const IN_DOCS = [
  'home-light',
  'entitlement-light',
  'entitlement-dark',
  'new-case-light',
  'renewal-light',
  'utilisation-light',
];
const docsDir = join(projectDir, 'docs', 'pictures');
const ownDir = join(projectDir, '.allot', 'pictures');
/** CSS pixels. */
const SIZES = { desk: { width: 1280, height: 860 }, phone: { width: 375, height: 812 } };
const WEBP_QUALITY = 82;
const SETTLES_WITHIN_MS = 20_000;
/** Charts draw themselves within this time, whatever the person has set about motion. */
const DRAWING_MS = 600;

interface Shot {
  readonly url: string;
  readonly key: string;
  readonly path: string;
  readonly theme: 'light' | 'dark';
  readonly size: keyof typeof SIZES;
}

interface Picture {
  readonly png: Buffer;
  readonly webp: Buffer;
}

async function take(browser: Browser, { url, key, path, theme, size }: Shot): Promise<Picture> {
  const context = await browser.newContext({
    ...{ baseURL: url, viewport: SIZES[size], colorScheme: theme, reducedMotion: 'reduce' },
    ...{ locale: 'en-GB', timezoneId: 'Europe/Berlin' },
  });
  try {
    const session = JSON.stringify({ kind: 'key', secret: key });
    await context.addInitScript({ content: `sessionStorage.setItem('allot.session', ${JSON.stringify(session)})` });
    const page = await context.newPage();
    await page.goto(path, { waitUntil: 'networkidle', timeout: SETTLES_WITHIN_MS });
    await page.waitForTimeout(DRAWING_MS);
    const png = await page.screenshot({ fullPage: size === 'phone' });
    const { data } = await (await context.newCDPSession(page)).send('Page.captureScreenshot', {
      format: 'webp',
      quality: WEBP_QUALITY,
    });
    return { png, webp: Buffer.from(data, 'base64') };
  } finally {
    await context.close();
  }
}

async function run({ docs = false, only }: { docs?: boolean; only?: string }): Promise<void> {
  const { url, apiKey: key } = connectionFrom(process.env);
  const client = createNodeClient({ url, apiKey: key });
  const browser = await launchBrowser();
  try {
    await client.assertUsable();
    const chosen = only?.split(',');
    await mkdir(docs ? docsDir : ownDir, { recursive: true });
    for (const [name, path] of await placesOf(client))
      for (const theme of ['light', 'dark'] as const)
        for (const size of ['desk', 'phone'] as const) {
          const inDocs = size === 'desk' && IN_DOCS.includes(`${name}-${theme}`);
          if (chosen?.includes(name) === false || (docs && !inDocs)) continue;
          const { png, webp } = await take(browser, { url, key, path, theme, size });
          const file = docs ? join(docsDir, `${name}-${theme}.webp`) : join(ownDir, `${name}-${size}-${theme}.png`);
          await writeFile(file, docs ? webp : png);
          console.log(relative(projectDir, file));
        }
  } finally {
    await browser.close();
    await client.close();
  }
}

const program = new Command('npm run pictures --')
  .description("Makes pictures of the console's pages, light and dark, at 1280 and 375 pixels, in .allot/pictures/.")
  .option('--docs', 'only the pictures that docs/console.md shows, into docs/pictures/')
  .option('--only <names>', 'some pages, such as home,entitlements')
  .parse();
try {
  await run(program.opts<{ docs?: boolean; only?: string }>());
} catch (error) {
  console.error(terminalMessage(error) ?? (error instanceof Error ? error.stack : lineOf(error)));
  process.exitCode = 1;
}
