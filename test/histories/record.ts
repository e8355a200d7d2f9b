/**
 * Records the histories of this folder anew, from the code as it is, against a fresh system of its own (two minutes):
 *
 *     node dev/build.mjs && npx tsc -p . --outDir dist/recording --incremental false && node dist/recording/test/histories/record.js
 *
 * Do that only for a path that is new or whose history is not worth keeping: a history in this folder stands for
 * workflows that run somewhere, and `replay-histories.test.ts` proves that a change of the code goes on with them.
 * Names of paths after the command record those alone.
 */
import { OwnStack } from '../support/own-stack.ts';
import { PATHS, type Path, writeHistory } from './paths.ts';
import { Scenes } from './scenes.ts';

const wanted = new Set(process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PATHS));
const stack = await OwnStack.start({ temporalInMemory: true });
try {
  const played = await new Scenes(stack).play();
  for (const path of Object.keys(PATHS) as Path[]) {
    if (!wanted.has(path)) continue;
    const history = await played[path]?.fetchHistory();
    if (history === undefined) throw new Error(`No scene plays the path ${path}.`);
    const bytes = await writeHistory(path, history);
    console.log(`${path}: ${history.events?.length ?? 0} events, ${Math.ceil(bytes / 1_000)} kB`);
  }
} catch (error) {
  console.error(error, await stack.logs());
  process.exitCode = 1;
} finally {
  await stack.stop();
}
