import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { projectDir } from '../../runtime/project-dir.ts';
import { type History, historyFrom, textOf } from './history-json.ts';

/** What the scenes play: each path has a recorded history of its own in the folder of the present version. */
export const PATHS = {
  life: 'waiting, active, expired, completed, each by itself',
  exhausted: 'cases until nothing is left, some refused, one canceled and another let in',
  edited: 'deactivated, edited and active again',
  canceled: 'canceled with an open case, which goes on',
  renewed: 'canceled and renewed: starts its successor as a child',
  successor: 'a draft that its predecessor started',
  signals: 'case signals, repeated, refused, and such as cannot be read',
  'strange-signals': 'signals with keys like those of the product, and a large one',
  'given-up': 'a case that another entitlement had first is given up',
  moved: 'takes a case over, and sees to it that the old entitlement gives back',
  periods: 'periods that turn, a top-up that expires, and the end',
  'handed-over': 'a run until it continues as new',
  'carried-on': 'the run after that, with what the first one has forgotten',
  revived: 'started again from its snapshot after it had completed',
  'database-away': 'decisions while PostgreSQL is away, written by the patient activity',

  held: 'hours that are reserved, settled and released; a case is resolved after the end',
  charged: 'cases past what is granted are billed while periods turn; a top-up, and cases that come back',
  allowed: 'remaining goes below zero, a top-up pays for it, the total is edited',
  unlimited: 'no total; a channel that it does not cover is refused',
  overridden: 'a case past exhaustion, and one that takes nothing for a while',
  'moved-away': 'gives one case to another entitlement, and loses one to none',
  'moved-by-caller': 'takes a case over from another entitlement, as a caller asked',
  batch: 'a list of three hundred events, and the beginning of it again',
  'deleted-draft': 'a draft that is edited and deleted',
  'canceled-waiting': 'canceled before its start',

  renews: 'starts its renewal, and tells it what became of the entitlement',
  renewal: 'a renewal from its notice over a snooze to its acceptance',
  declined: 'a renewal that is snoozed and declined',
  revised: 'a renewal that follows an edit of its entitlement',
  'edited-while-renewed': 'an entitlement that is edited while its renewal runs',
  withdrawn: 'a renewal that ends because its entitlement is canceled',
  lapsed: 'a renewal that nobody decides: reminder, escalation, lapse and close',
  'declined-late': 'a renewal that is declined after it lapsed',
  'renewal-revived': 'a renewal that comes back from its record, is snoozed and declined',
  'deleted-successor': 'a draft that is deleted, and that tells its predecessor',
  freed: 'is told that its successor was deleted',
  'canceled-successor': 'canceled while it waits, and tells its predecessor',
  'renewed-again': 'its accepted successor was canceled: it starts a second renewal',

  paused: 'paused and resumed; a second pause is planned, begins and ends by itself',
  'paused-twice': 'two pauses that meet over the turn of a period and the notice of a renewal, which come after both',
  'case-on-hold': 'a case that is held for as many reasons as it may be, and for one more',
  amended: 'amended now and at a later day, taken back and voided',
  graced: 'takes cases in its grace, is renewed late and told that its successor starts',
  'late-successor': 'tells its predecessor that it starts, and takes over the cases of its grace',
  'case-clock': 'the clocks of a case: held and released, a warning, an answer and the end',

  delivered: 'a delivery that succeeds at its first attempt',
  'delivery-retried': 'a delivery that succeeds at its second attempt',
  'delivery-redelivered': 'a delivery that somebody asks for again while it waits',
  'delivery-waiting': 'a delivery that waits for its third attempt',
  'delivery-gone': 'a delivery that the receiver wants no longer',
} as const;
export type Path = keyof typeof PATHS;

const ENDING = '.json.gz';
const VERSION = /^\d+\.\d+\.\d+$/;
const dir = join(projectDir, 'test', 'histories');
export const FROZEN = join(dir, 'frozen.json');

/** The version that package.json names: the only one whose folder takes new histories. */
export async function presentVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(projectDir, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** The versions that have a folder of histories. */
export async function recordedVersions(): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && VERSION.test(entry.name)).map(({ name }) => name);
}

/** The paths whose histories the version's folder has; none when there is no folder. */
export async function recordedPaths(version: string): Promise<string[]> {
  const files = await readdir(join(dir, version)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return files.filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
}

export async function readHistory(version: string, path: string): Promise<History> {
  const text = gunzipSync(await readFile(fileOf(version, path))).toString('utf8');
  return historyFrom(text);
}

/**
 * Writes the history of a path that the version's folder does not have yet, and answers the size of the file in bytes.
 * Throws when the folder has it: a recorded history is never overwritten. Packed, because a history is mostly repetition.
 */
export async function writeHistory(version: string, path: Path, history: History): Promise<number> {
  const packed = gzipSync(textOf(history), { level: 9 });
  await writeFile(fileOf(version, path), packed, { flag: 'wx' });
  return packed.length;
}

const fileOf = (version: string, path: string): string => join(dir, version, path + ENDING);

/** Keeps the SHA-256 of a version's histories in frozen.json: the test then misses any that vanishes or changes. */
export async function freeze(version: string): Promise<void> {
  const kept = JSON.parse(await readFile(FROZEN, 'utf8').catch(() => '{}')) as Record<string, unknown>;
  await writeFile(FROZEN, `${JSON.stringify({ ...kept, [version]: await digests(version) }, null, 2)}\n`);
}

/** The SHA-256 of each history of a version, by path. */
export async function digests(version: string): Promise<Record<string, string>> {
  const paths = (await recordedPaths(version)).sort();
  const hash = async (path: string) =>
    createHash('sha256')
      .update(await readFile(join(dir, version, `${path}${ENDING}`)))
      .digest('hex');
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await hash(path)] as const)));
}
