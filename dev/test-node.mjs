// `npm run test:node -- 24`: the whole of `npm test` with another version of Node. What follows the version goes to vitest.
import { execFileSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { main, run, Stop, say } from './bootstrap.mjs';
import { findNodeProgram, NODE_MAJORS } from './node-program.mjs';

await main(async () => {
  const [, , major = '', ...args] = process.argv;
  if (!NODE_MAJORS.includes(major))
    throw new Stop(`Usage: npm run test:node -- ${NODE_MAJORS.join('|')} [ARGUMENTS OF VITEST]`);
  const { program, version } = await findNodeProgram(major);
  const found = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  if (found !== `v${version}`) throw new Stop(`${program} is Node ${found}, not v${version}.`);
  say(`Node ${found} runs the tests and all that they start (${program})`);
  // npm, vitest and other programs look for `node` on PATH; the tests start theirs as process.execPath.
  const env = {
    ...process.env,
    PATH: `${dirname(program)}${delimiter}${process.env.PATH ?? ''}`,
    NODE: program,
    npm_node_execpath: program,
  };
  process.exitCode = await run(program, ['dev/test.mjs', ...args], { env, stdio: ['ignore', 'inherit', 'inherit'] });
});
