import { relative } from 'node:path';
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
import { DEMO_DESKS } from './records/demo-keys.ts';
import { playRecords } from './records/play-records.ts';

/** With 20 cases a year, some locations of the log run out and others have plenty left. */
const OPTIONS: ReplayOptions = { total: 20, unit: 'cases', on: 'creation', restrict: true, matching: false };

const TABLE_ROWS = 10;

/**
 * Shows a running system at work. It fills the console with an organisation's records, contracts and cases, and plays
 * the bundled incident log (playing both again changes nothing). Then it takes a new entitlement through its year by
 * fast-forward, and lets another one be renewed before it ends. It prints what happened and where to look.
 */
export async function runDemo(context: DemoContext): Promise<void> {
  const client = createNodeClient({ url: context.apiUrl, apiKey: context.apiKey });
  try {
    await client.assertUsable();
    const connection = await Connection.connect({ address: context.temporalAddress });
    try {
      await fillConsole(client, connection, context);
      await playBundledLog(client);
      const canSkipTime = await liveThroughYear(client, connection, context, console.log);
      if (canSkipTime) await renewByItself(client, connection, context, console.log);
      for (const line of howToSignIn(context)) console.log(line);
    } finally {
      await connection.close();
    }
  } finally {
    await client.close();
  }
}

async function fillConsole(client: AllotClient, connection: Connection, context: DemoContext): Promise<void> {
  console.log(
    '\nAn organisation with its customers, contracts and cases, so that the console has something to show.\n',
  );
  const { namespace, keysFile } = context;
  const played = await playRecords({ administrator: client, connection, namespace, keysFile });
  const { attached, refused, later } = played.cases;
  const lines = [
    '',
    `${played.customers} customers, ${played.contracts} contracts; ${attached} cases taken, ${refused} refused, ${later} later events`,
    ...(played.skipsTime ? [] : ['  This Temporal server does not skip time: three contracts end by themselves soon.']),
    ...(played.hasFailingWebhook ? [] : ['  No failing webhook was made: private addresses are not permitted here.']),
  ];
  console.log(lines.join('\n'));
}

function howToSignIn({ apiUrl, keysFile }: DemoContext): string[] {
  return [
    '',
    `Sign in at ${apiUrl}/ with the development key, or as one of these (keys in ${relative(process.cwd(), keysFile)}):`,
    ...DEMO_DESKS.map(({ name, role }) => `  ${role.padEnd(18)} ${name}`),
  ];
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
