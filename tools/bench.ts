import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { fromCaller } from '../runtime/caller-path.ts';
import { casePath } from './bench/case-path.ts';
import { deliveries } from './bench/deliveries.ts';
import { type Figure, figureLine } from './bench/figure.ts';
import { hotEntitlement } from './bench/hot.ts';
import { longLife } from './bench/long-life.ts';
import { match } from './bench/match.ts';
import { comparePeers, PARTS } from './bench/peers/peers.ts';
import { renewals } from './bench/renewals.ts';
import type { BenchOptions } from './bench/rounds.ts';
import { withSla } from './bench/sla.ts';
import { type BenchStack, startBenchStack } from './bench/stack.ts';
import { starts } from './bench/starts.ts';

type Bench = (stack: BenchStack, say: (line: string) => void, options: BenchOptions) => Promise<Figure[]>;
const BENCHES: Readonly<Record<string, Bench>> = {
  'case-path': casePath,
  sla: withSla,
  hot: hotEntitlement,
  'long-life': longLife,
  starts,
  renewals,
  match,
  deliveries,
};

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be 1 or more.');
  return number;
}

const program = new Command('npm run bench --')
  .description('Measures each figure as a ratio in one run, against the least that the same Temporal server can do.')
  .option('--json <file>', 'write the figures there, too')
  .option('--only <names>', `some of ${Object.keys(BENCHES).join(', ')}; or peers`, Object.keys(BENCHES).join(','))
  .option('--rounds <number>', 'how often each is measured, in turn with what it is compared with', count, 5)
  .option('--seconds <number>', 'peers: the seconds of each round', count, 3)
  .option('--parts <names>', `peers: some of ${PARTS.join(', ')}`, PARTS.join(','))
  .option('--markdown', 'peers: print the table in Markdown')
  .parse();
const { json, only, rounds, seconds, parts, markdown } = program.opts<{
  json?: string;
  only: string;
  rounds: number;
  seconds: number;
  parts: string;
  markdown?: true;
}>();

const begun = Date.now();
const say = (line: string) => console.error(`${((Date.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
if (only === 'peers') {
  const chosenParts = PARTS.filter((part) => parts.split(',').includes(part));
  await comparePeers(
    { rounds, seconds, parts: chosenParts, markdown: markdown === true, json: json && fromCaller(json, 'bench') },
    say,
  );
  process.exit(process.exitCode);
}
const chosen = only.split(',').flatMap((name) => BENCHES[name] ?? []);
if (chosen.length === 0) program.error(`--only takes some of ${Object.keys(BENCHES).join(', ')}.`);

say('about forty minutes for everything; other work on this machine disturbs it');
const stack = await startBenchStack(say);
const figures: Figure[] = [];
try {
  for (const bench of chosen) figures.push(...(await bench(stack, say, { rounds })));
} catch (error) {
  say(`failed: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 1;
} finally {
  await stack.stop();
}
const width = Math.max(...figures.map(({ name }) => name.length));
for (const each of figures) console.log(figureLine(each, width));
if (json !== undefined) await writeFile(fromCaller(json, 'bench'), `${JSON.stringify({ figures }, null, 2)}\n`);
