// `npm test`: the same set-up as `npm start`, every check, then every test but those of the commands `test:*`. Flags after `--` go to vitest.
// The last line on stdout is always `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, main, projectDir, run, Stop, say, step } from './bootstrap.mjs';
import { build } from './build.mjs';

const bin = (name) => join(projectDir, 'node_modules', '.bin', name);

const CHECKS = [
  { name: 'format and lint', command: bin('biome'), args: ['check', '.'] },
  { name: 'types', command: bin('tsc'), args: ['-p', '.', '--noEmit'] },
  { name: 'types of browser tests', command: bin('tsc'), args: ['-p', join('test', 'browser')] },
  { name: 'dead code', command: bin('knip'), args: [] },
  { name: 'structure', command: process.execPath, args: [join('dev', 'structure', 'main.mjs')] },
];

/** Runs a check. What it says comes in one piece at its end, because others run at the same time. */
async function check({ name, command, args }) {
  const startedAt = performance.now();
  const { code, output } = await runQuietly(command, args);
  if (output !== '') say(output);
  say(`check ${name}: ${code === 0 ? 'passed' : 'failed'} (${((performance.now() - startedAt) / 1_000).toFixed(1)} s)`);
  return code === 0;
}

function runQuietly(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: projectDir, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: output.trimEnd() }));
  });
}

/** Runs all checks, two at a time. Answers the names of those that failed. */
async function runChecks() {
  const failed = [];
  const waiting = [...CHECKS];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      if (!(await check(next))) failed.push(next.name);
  };
  await Promise.all([lane(), lane()]);
  return failed;
}

async function fetchTemporalProgram() {
  const { findTemporalProgram } = await import(
    pathToFileURL(join(projectDir, 'dist', 'dev', 'temporal-program.js')).href
  );
  await step('Temporal program: ready', () => findTemporalProgram({ say, progress: () => undefined }));
}

async function runTests(args) {
  const dir = mkdtempSync(join(tmpdir(), 'allot-totals-'));
  const totalsFile = join(dir, 'totals.json');
  try {
    const reporters = ['--reporter=default', '--reporter=./dev/plain-totals.mjs'];
    const code = await run(bin('vitest'), ['run', ...reporters, ...args], {
      env: { ...process.env, ALLOT_TOTALS_FILE: totalsFile },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const totals = existsSync(totalsFile) ? JSON.parse(readFileSync(totalsFile, 'utf8')) : { passed: 0, failed: 1 };
    return { code, ...totals };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

await main(async () => {
  let passed = 0;
  let failed = 0;
  try {
    await bootstrap();
    await build();
    await fetchTemporalProgram();
    // Every check runs even if one fails, so that a person can mend all failures at once.
    const failedChecks = await runChecks();
    const tests = await runTests(process.argv.slice(2));
    ({ passed, failed } = tests);
    process.exitCode = tests.code === 0 && failed === 0 && failedChecks.length === 0 ? 0 : 1;
    if (failedChecks.length > 0) say(`checks that failed: ${failedChecks.join(', ')}`);
  } catch (error) {
    failed += 1;
    process.exitCode = 1;
    say(error instanceof Stop ? error.message : String(error?.stack ?? error));
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
});
