import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { type Browser, launchBrowser } from '../../dev/browser.ts';
import { CannotStart } from '../../dev/cannot-start.ts';
import { projectDir } from '../../runtime/project-dir.ts';
import { readDashboard } from './dashboard.ts';
import { drawDashboard } from './draw-dashboard.ts';
import { drawTrace } from './draw-trace.ts';
import { type LoadContract, makeContracts, sendLoad } from './load.ts';
import type { ReceivedSpan } from './otlp-receiver.ts';
import { startWatchedStack, type WatchedStack } from './watched-stack.ts';

/**
 * `npm run pictures:monitoring`: the dashboard and a trace as pictures, from a real run under load. The dashboard file's
 * own queries are asked of a real Prometheus; the drawing is this project's and not Grafana's.
 */

const picturesDir = join(projectDir, 'docs', 'pictures');
/** Fewer points than this are no line. */
const POINTS = 60;
const RATE_SECONDS = 10;
const TRACE_WITHIN_MS = 15_000;
const POLL_MS = 250;
const WEBP_QUALITY = 85;

const say = (line: string) => console.error(line);

async function run(seconds: number): Promise<void> {
  const stack = await startWatchedStack(say);
  const browser = await launchBrowser();
  try {
    const contracts = await makeContracts(stack.send);
    const from = Math.floor(Date.now() / 1_000);
    say(`${contracts.length} contracts; load for ${seconds} s ...`);
    const sent = await sendLoad(stack.send, contracts, seconds);
    say(`${sent} requests sent`);
    await mkdir(picturesDir, { recursive: true });
    const step = Math.max(1, Math.round(seconds / POINTS));
    const span = { from: from + RATE_SECONDS, to: from + seconds, step };
    const panels = await readDashboard(stack.prometheus, span, RATE_SECONDS);
    const empty = panels.filter(({ type, lines }) => type !== 'row' && lines.length === 0).map(({ title }) => title);
    say(`${panels.length} panels; without any series so far: ${empty.join(', ') || 'none'}`);
    await picture(browser, drawDashboard(panels, span), 'dashboard');
    const trace = await oneTrace(stack, contracts[1]);
    say(`${trace.length} spans of ${new Set(trace.map(({ service }) => service)).size} processes`);
    await picture(browser, drawTrace(trace), 'trace');
  } finally {
    await browser.close();
    await stack.stop();
  }
}

/** The spans of a new case, once all of them have arrived. */
async function oneTrace(
  { send, receiver }: WatchedStack,
  contract: LoadContract | undefined,
): Promise<readonly ReceivedSpan[]> {
  if (contract === undefined) throw new TypeError('The load makes contracts.');
  const { id: entitlementId, customerId } = contract;
  const { traceId } = await send('POST', '/v1/cases', {
    ...{ id: `seen-${randomUUID()}`, customerId, entitlementId, channel: 'phone' },
  });
  const has = (name: string) => receiver.trace(traceId ?? '').some((span) => span.name.startsWith(name));
  for (const end = Date.now() + TRACE_WITHIN_MS; Date.now() < end; await sleep(POLL_MS))
    if (has('POST ') && has('HandleUpdate')) break;
  return receiver.trace(traceId ?? '');
}

async function picture(browser: Browser, page: string, name: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1_600, height: 900 } });
  try {
    const tab = await context.newPage();
    await tab.setContent(page);
    const drawn = await tab.locator('svg').first().boundingBox();
    if (drawn === null) throw new Error(`Nothing of ${name} was drawn.`);
    const session = await context.newCDPSession(tab);
    const { data } = await session.send('Page.captureScreenshot', {
      ...{ format: 'webp', quality: WEBP_QUALITY, captureBeyondViewport: true },
      clip: { x: 0, y: 0, width: drawn.width, height: drawn.height, scale: 1 },
    });
    const file = join(picturesDir, `${name}.webp`);
    await writeFile(file, Buffer.from(data, 'base64'));
    console.log(relative(projectDir, file));
  } finally {
    await context.close();
  }
}

const { seconds } = new Command('npm run pictures:monitoring --')
  .description('Makes pictures of the dashboard and of a trace in docs/pictures/, with servers of its own under load.')
  .option('--seconds <number>', 'how long the load lasts', '120')
  .parse()
  .opts<{ seconds: string }>();
try {
  await run(Number(seconds));
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
