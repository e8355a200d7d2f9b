import { Command, Option } from 'commander';
import { fromCaller } from '../runtime/caller-path.ts';
import { backUp, readNote, restore, STORES, type Store, shown } from './backup-stores.ts';
import { CannotStart } from './cannot-start.ts';
import { claimData } from './claim.ts';
import { dataDir } from './settings.ts';
import { environmentOfStart } from './started-here.ts';

const MS_PER_SECOND = 1_000;

const say = (line: string) => console.log(line);

const only = () => new Option('--only <store>', 'one store alone').choices(STORES);
const storesOf = (store: Store | undefined): readonly Store[] => (store === undefined ? STORES : [store]);

async function runBackup({ to, only: store }: { to: string; only?: Store }): Promise<void> {
  await refuseOutsideServers();
  const startedAt = performance.now();
  const holder = await claimData('npm run backup');
  const databaseUrl = holder === undefined ? undefined : await ownDatabase();
  if (holder !== undefined && databaseUrl === undefined)
    throw new CannotStart(`Allot (pid ${holder.pid}) has not started its database yet: try again in a moment.`);
  say(holder === undefined ? 'Nothing runs on .allot; copying the files' : `Copying while \`npm start\` serves`);
  const target = fromCaller(to, 'backup');
  const { bytes } = await backUp({ dataDir, to: target, stores: storesOf(store), databaseUrl, say });
  say(
    [
      `Complete in ${((performance.now() - startedAt) / MS_PER_SECOND).toFixed(1)} s: ${target}, ${shown(bytes)}.`,
      'It holds personal data and the database password: keep it as safe as the installation.',
      `To put it back: stop \`npm start\`, then: npm run restore -- --from ${target}`,
    ].join('\n'),
  );
}

async function runRestore({ from, only: store }: { from: string; only?: Store }): Promise<void> {
  await refuseOutsideServers();
  const source = fromCaller(from, 'restore');
  const { temporalAt, postgresAt } = await readNote(source);
  const holder = await claimData('npm run restore');
  if (holder !== undefined)
    throw new CannotStart(
      `Allot runs from this directory as pid ${holder.pid} (${holder.about}); a restore never overwrites a running one. Stop it first: Ctrl-C in its terminal, or: kill ${holder.pid}`,
    );
  const stores = storesOf(store);
  const { setAside } = await restore({ from: source, dataDir, stores, say });
  const alone = store === undefined ? [] : [`Only ${store} was restored: the next start repairs what differs.`];
  say(
    [
      ...(setAside === undefined ? [] : [`What stood there before is in ${setAside}: drop it when all is well.`]),
      ...alone,
      `Restored from ${source} (Temporal ${temporalAt ?? 'not in it'}, PostgreSQL ${postgresAt ?? 'not in it'}).`,
      'Next: npm start. Before it serves, it runs `reconcile --repair` and prints what was mended and what is left.',
    ].join('\n'),
  );
}

/** Throws CannotStart where the settings name other servers than those of `npm start`. */
async function refuseOutsideServers(): Promise<void> {
  const { DATABASE_URL, TEMPORAL_ADDRESS } = await environmentOfStart({
    ALLOT_TEMPORAL_PORT: process.env.ALLOT_TEMPORAL_PORT,
  });
  const isOutside = (given: string | undefined, own: string | undefined) => Boolean(given) && given !== own;
  const name = isOutside(process.env.DATABASE_URL, DATABASE_URL)
    ? 'DATABASE_URL'
    : isOutside(process.env.TEMPORAL_ADDRESS, TEMPORAL_ADDRESS)
      ? 'TEMPORAL_ADDRESS'
      : undefined;
  if (name !== undefined)
    throw new CannotStart(
      `${name} is set, and this command knows only what \`npm start\` keeps in .allot. docs/restore.md has the commands for servers of your own.`,
    );
}

/** The address of the database that `npm start` runs; undefined when it does not run. */
const ownDatabase = async (): Promise<string | undefined> => (await environmentOfStart({})).DATABASE_URL;

const program = new Command('npm run');
program
  .command('backup')
  .description('Copies PostgreSQL and Temporal of `npm start`, also while it serves, to a new directory.')
  .requiredOption('--to <dir>', 'a directory that does not exist yet, or is empty')
  .addOption(only())
  .action(runBackup);
program
  .command('restore')
  .description('Puts a backup back, while `npm start` does not run. What stood there before is kept beside.')
  .requiredOption('--from <dir>', 'the directory of a backup')
  .addOption(only())
  .action(runRestore);

try {
  // What is written holds personal data: it is for this user alone.
  process.umask(0o077);
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof CannotStart ? error.message : error);
  process.exitCode = 1;
}
