import { Connection } from '@temporalio/client';
import type { AllotClient } from '../../client/client.ts';
import { createNodeClient } from '../../client/node.ts';
import type { DemoContext } from '../../dev/demo-context.ts';
import { BUNDLED_LOG } from '../replay/bundled-log.ts';
import { readLog } from '../replay/log.ts';
import type { ReplayOptions } from '../replay/plan.ts';
import { replay } from '../replay/replay.ts';
import { summaryLines, tableLines, whereToLook } from '../replay/summary.ts';
import { renewByItself } from './demo-renewal.ts';
import { liveThroughYear } from './demo-year.ts';

/** With 20 cases a year, some locations of the log run out and others have plenty left. */
const OPTIONS: ReplayOptions = { total: 20, unit: 'cases', on: 'creation', restrict: true, matching: false };

const TABLE_ROWS = 10;

/**
 * Shows a running system at work. It plays the bundled incident log (playing it again changes nothing), takes a new
 * entitlement through its year by fast-forward, and lets another one be renewed before it ends. It prints what happened
 * and where to look.
 */
export async function runDemo(context: DemoContext): Promise<void> {
  const client = createNodeClient({ url: context.apiUrl, apiKey: context.apiKey });
  try {
    await client.assertUsable();
    await playBundledLog(client);
    const connection = await Connection.connect({ address: context.temporalAddress });
    try {
      const canSkipTime = await liveThroughYear(client, connection, context, console.log);
      if (canSkipTime) await renewByItself(client, connection, context, console.log);
    } finally {
      await connection.close();
    }
  } finally {
    await client.close();
  }
}

async function playBundledLog(client: AllotClient): Promise<void> {
  console.log('\nA real incident log, played through the API: one entitlement for each location.\n');
  const result = await replay(client, await readLog(BUNDLED_LOG), OPTIONS);
  const lines = [
    '',
    ...summaryLines(result),
    '',
    ...tableLines(result.played, TABLE_ROWS),
    '',
    ...whereToLook(client.url, result),
  ];
  console.log(lines.join('\n'));
}
