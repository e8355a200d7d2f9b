/**
 * Records the histories that the folder of the present version does not have yet, with the code as it is, against a
 * system of its own (three minutes):
 *
 *     node dev/build.mjs && npx tsc -p . --outDir dist/recording --incremental false && node dist/recording/test/histories/record.js
 *
 * Names of paths after the command record those alone; `--rows` also keeps the rows of the database that the scenes
 * filled, in test/schema/, which a release does. A history that exists is never overwritten, and the folder of a released
 * version takes no more: workflows with such histories run in installations, and `replay-histories.test.ts` proves that
 * the code goes on with them. CONTRIBUTING.md says what to do when a change makes a history differ.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDir } from '../../runtime/project-dir.ts';
import { keepRows, readRows } from '../schema/rows.ts';
import { OwnStack } from '../support/own-stack.ts';
import { ChangeScenes } from './change-scenes.ts';
import { changelogVersions } from './changelog.ts';
import { DeliveryScenes } from './delivery-scenes.ts';
import { freeze, type Path, presentVersion, recordedPaths, writeHistory } from './paths.ts';
import { RenewalScenes } from './renewal-scenes.ts';
import { Scenes } from './scenes.ts';
import type { Played } from './stage.ts';
import { TermScenes } from './term-scenes.ts';
import { wantedPaths } from './wanted-paths.ts';

const ROWS = '--rows';
const args = process.argv.slice(2);
const version = await presentVersion();
const wanted = wantedPaths(
  args.filter((arg) => arg !== ROWS),
  {
    version,
    isReleased: (await changelogVersions()).find((each) => each.version === version)?.isReleased,
    recorded: await recordedPaths(version),
  },
);
const withRows = args.includes(ROWS);
if (wanted.length === 0 && !withRows) console.log(`test/histories/${version} has every path: nothing is recorded.`);
else await record(wanted);

async function record(paths: readonly Path[]): Promise<void> {
  // The receivers of the deliveries are on this machine.
  const stack = await OwnStack.start({ temporalInMemory: true, env: { ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true' } });
  try {
    const played = await play(stack);
    await mkdir(join(projectDir, 'test', 'histories', version), { recursive: true });
    for (const path of paths) {
      const history = await played[path]?.fetchHistory();
      if (history === undefined) throw new Error(`No scene plays the path ${path}.`);
      const bytes = await writeHistory(version, path, history);
      console.log(`${path}: ${history.events?.length ?? 0} events, ${Math.ceil(bytes / 1_000)} kB`);
    }
    await freeze(version);
    if (withRows) await keepRows(version, await readRows(stack.sql));
  } catch (error) {
    console.error(error, await stack.logs());
    process.exitCode = 1;
  } finally {
    await stack.stop();
  }
}

/** Everything at the same time, then the scene that takes PostgreSQL away from all. */
async function play(stack: OwnStack): Promise<Played> {
  const scenes = new Scenes(stack);
  const others = [new TermScenes(stack), new RenewalScenes(stack), new ChangeScenes(stack), new DeliveryScenes(stack)];
  const together = [scenes, ...others];
  const played = await Promise.all(together.map((each) => each.play()));
  return Object.assign({}, ...played, await scenes.databaseAway()) as Played;
}
