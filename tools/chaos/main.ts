import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { Command, InvalidArgumentError } from 'commander';
import { fromCaller } from '../../runtime/caller-path.ts';
import type { Finding } from './judge-record.ts';
import { startOwnStack } from './own-stack.ts';
import { lineOf, planOf } from './plan.ts';
import { tableOf } from './report.ts';
import { runChaos } from './run.ts';
import { linkNames, partsOf } from './shape.ts';

const FINDINGS_SHOWN = 20;
const EVIDENCE_CHARS = 600;

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
};
const whole = (text: string): number => {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return value;
};

interface Options {
  readonly seed: string;
  readonly minutes: number;
  readonly json?: string;
  readonly record?: string;
  readonly plan?: true;
  readonly calm?: true;
  readonly workers: number;
  readonly apis: number;
  readonly clients: number;
}

const command = new Command('npm run chaos --')
  .description(
    'Starts a system of its own, disturbs it for some minutes while clients work with it, and judges it: nothing lost, ' +
      'nothing twice, no answer that contradicts the ledger. Exit status 1 when something is found.',
  )
  .option('--seed <seed>', 'the same seed gives the same faults and the same wishes', String(Date.now() % 100_000))
  .option('--minutes <number>', 'how long the faults last', positive, 4)
  .option('--json <file>', 'write the figures there, too')
  .option('--record <file>', 'write all that was judged there, as JSON compressed by gzip')
  .option('--plan', 'only print what would be done')
  .option('--calm', 'disturb nothing')
  .option('--workers <number>', 'how many workers', whole, 2)
  .option('--apis <number>', 'how many APIs', whole, 2)
  .option('--clients <number>', 'how many case systems', whole, 10)
  .parse();
const { seed, minutes, json, record, plan: onlyPlan, calm, workers, apis, clients } = command.opts<Options>();

const begun = Date.now();
const say = (line: string) => console.error(`${((Date.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${line}`);

async function run(): Promise<void> {
  say(`seed ${seed}, ${minutes} minutes of faults; ${workers} workers, ${apis} APIs, ${clients} clients`);
  const result = await runChaos(startOwnStack, { seed, minutes, workers, apis, clients, calm: calm === true, say });
  for (const finding of result.findings.slice(0, FINDINGS_SHOWN)) console.log(shown(finding));
  if (result.findings.length > FINDINGS_SHOWN) console.log(`… and ${result.findings.length - FINDINGS_SHOWN} more`);
  for (const line of tableOf(result)) console.log(line);
  if (json !== undefined) await writeFile(fromCaller(json, 'chaos'), `${JSON.stringify(reported(result), null, 2)}\n`);
  if (record !== undefined)
    await writeFile(fromCaller(record, 'chaos'), gzipSync(JSON.stringify(result.record), { level: 9 }));
  if (result.ok) return;
  console.log(`Logs, record and findings are kept in ${result.keptIn}.`);
  console.log(
    `Again: npm run chaos -- --seed ${seed} --minutes ${minutes} --workers ${workers} --apis ${apis} --clients ${clients}`,
  );
  process.exitCode = 1;
}

const shown = ({ verdict, about, what, evidence }: Finding): string => {
  const text = evidence === undefined ? '' : `\n    ${JSON.stringify(evidence).slice(0, EVIDENCE_CHARS)}`;
  return `${verdict}: ${about}: ${what}${text}`;
};

function reported({
  acknowledged,
  refused,
  kills,
  counts,
  longestWaitMs,
  kinds,
  faults,
}: Awaited<ReturnType<typeof runChaos>>) {
  return { seed, minutes, acknowledged, refused, kills, ...counts, longestWaitMs, kinds, faults };
}

if (onlyPlan) {
  const victims = { parts: partsOf(workers, apis), links: linkNames(workers, apis) };
  for (const fault of planOf(seed, minutes * 60_000, victims)) console.log(lineOf(fault));
} else await run();
