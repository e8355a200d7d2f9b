import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { casePath } from './case-path.ts';
import { deliveries } from './deliveries.ts';
import type { Figure } from './figure.ts';
import { hotEntitlement } from './hot.ts';
import { longLife } from './long-life.ts';
import { match } from './match.ts';
import { renewals } from './renewals.ts';
import { type BenchStack, startBenchStack } from './stack.ts';
import { starts } from './starts.ts';

const BENCHES: Readonly<Record<string, (stack: BenchStack, say: (line: string) => void) => Promise<Figure[]>>> = {
  'case-path': casePath,
  hot: hotEntitlement,
  'long-life': longLife,
  starts,
  renewals,
  match,
  deliveries,
};

const program = new Command('npm run bench --')
  .description('Measures each figure as a ratio in one run, against the least that the same Temporal server can do.')
  .option('--json <file>', 'write the figures there, too')
  .option('--only <names>', `some of ${Object.keys(BENCHES).join(', ')}`, Object.keys(BENCHES).join(','))
  .parse();
const { json, only } = program.opts<{ json?: string; only: string }>();

const begun = Date.now();
const say = (line: string) => console.error(`${((Date.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
const chosen = only.split(',').flatMap((name) => BENCHES[name] ?? []);
if (chosen.length === 0) program.error(`--only takes some of ${Object.keys(BENCHES).join(', ')}.`);

say('about ten minutes; other work on this machine disturbs it');
const stack = await startBenchStack(say);
const figures: Figure[] = [];
try {
  for (const bench of chosen) figures.push(...(await bench(stack, say)));
} catch (error) {
  say(`failed: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 1;
} finally {
  await stack.stop();
}
const width = Math.max(...figures.map(({ name }) => name.length));
for (const { name, value, bar, goal, ok, detail } of figures)
  console.log(
    `${name.padEnd(width)}  ${value.toFixed(3).padStart(8)}  ${bar} ${goal}  ${ok ? 'ok' : 'NOT REACHED'}  (${detail})`,
  );
if (json !== undefined) await writeFile(json, `${JSON.stringify({ figures }, null, 2)}\n`);
