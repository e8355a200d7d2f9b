import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { fromCaller } from '../../runtime/caller-path.ts';
import { type DrillResult, drill } from './drill.ts';
import { SCENARIOS } from './scenarios.ts';

const MS_PER_SECOND = 1_000;
const DEFAULT_SECONDS = '5';
const DEFAULT_CALLERS = '6';

interface Options {
  readonly seconds: string;
  readonly callers: string;
  readonly json?: string;
}

async function run(names: readonly string[], { seconds, callers, json }: Options): Promise<void> {
  const unknown = names.filter((name) => SCENARIOS.every((scenario) => scenario.name !== name));
  if (unknown.length > 0)
    throw new Error(
      `There is no drill ${unknown.join(', ')}. There are: ${SCENARIOS.map(({ name }) => name).join(', ')}.`,
    );
  const say = (line: string) => console.log(line);
  const results: DrillResult[] = [];
  for (const scenario of SCENARIOS)
    if (names.length === 0 || names.includes(scenario.name))
      results.push(await drill(scenario, { usedMs: Number(seconds) * MS_PER_SECOND, callers: Number(callers), say }));
  say('');
  say(table(results));
  if (json !== undefined) {
    const file = fromCaller(json, 'drill');
    await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
    say(`Written: ${file}`);
  }
  const faults = results.reduce((sum, result) => sum + result.faults.length, 0);
  say(faults === 0 ? `${results.length} drills, no fault.` : `${faults} faults; see above.`);
  process.exitCode = faults === 0 ? 0 : 1;
}

function table(results: readonly DrillResult[]): string {
  const head = ['drill', 'acknowledged before/after the backup', 'lost', 'backup', 'recovery', 'of it repair', 'left'];
  const rows = results.map((result) => [
    result.scenario,
    `${result.acknowledgedBefore} / ${result.acknowledgedAfter}`,
    String(result.lost.length),
    `${result.backupSeconds.toFixed(1)} s`,
    `${result.recoverySeconds.toFixed(1)} s`,
    `${result.repair.seconds.toFixed(1)} s`,
    String(result.faults.length),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const command = new Command('npm run drill --')
  .description(
    'Restore drills on servers of their own: use, a backup, a crash, lost or older stores, a repair, and use again. Exit status 1 when a promise is not kept.',
  )
  .argument('[names...]', `which: ${SCENARIOS.map(({ name }) => name).join(', ')}; all if none is named`)
  .option('--seconds <n>', 'how long it is used before the backup, and again after it', DEFAULT_SECONDS)
  .option('--callers <n>', 'how many callers use it at a time', DEFAULT_CALLERS)
  .option('--json <file>', 'where to write the results')
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
