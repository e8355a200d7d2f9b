import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { projectDir } from '../../runtime/project-dir.ts';
import { type History, historyFrom, textOf } from './history-json.ts';

/** Every path through an entitlement's workflow, each with a recorded history of its own. */
export const PATHS = {
  life: 'waiting, active, expired, completed, each by itself',
  exhausted: 'cases until nothing is left, some refused, one canceled and another let in',
  edited: 'deactivated, edited and active again',
  canceled: 'canceled with an open case, which goes on',
  renewed: 'canceled and renewed: starts its successor as a child',
  successor: 'a draft that its predecessor started',
  signals: 'case signals, repeated, refused, and such as cannot be read',
  'given-up': 'a case that another entitlement had first is given up',
  moved: 'takes a case over, and sees to it that the old entitlement gives back',
  periods: 'periods that turn, a top-up that expires, and the end',
  renews: 'starts its renewal, and tells it what became of the entitlement',
  'deleted-successor': 'a draft that is deleted, and that tells its predecessor',
  freed: 'hears that its successor was deleted',
  'canceled-successor': 'canceled while it waits, and tells its predecessor',
  'renewed-again': 'its accepted successor was canceled: it starts a second renewal',
  'renewal-revived': 'a renewal that comes back from its record, is snoozed and declined',
  renewal: 'a renewal from its notice over a snooze to its acceptance',
  'handed-over': 'a run until it continues as new',
  'carried-on': 'the run after that, with what the first one has forgotten',
  revived: 'started again from its snapshot after it had completed',
  'database-away': 'decisions while PostgreSQL is away, written by the patient activity',
} as const;
export type Path = keyof typeof PATHS;

/** What an older version recorded, and no scene plays any more. */
export const OLD_PATHS = {
  'deleted-successor-before': 'a draft that is deleted, before successors told their predecessors',
  'canceled-successor-before': 'canceled while it waits, before successors told their predecessors',
} as const;

const ENDING = '.json.gz';
const dir = join(projectDir, 'test', 'histories');

export async function recordedPaths(): Promise<string[]> {
  const files = await readdir(dir);
  return files.filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
}

export async function readHistory(path: string): Promise<History> {
  const text = gunzipSync(await readFile(join(dir, path + ENDING))).toString('utf8');
  return historyFrom(text);
}

/** The size of the file in bytes. Packed: a history is mostly repetition. */
export async function writeHistory(path: Path, history: History): Promise<number> {
  const packed = gzipSync(textOf(history), { level: 9 });
  await writeFile(join(dir, path + ENDING), packed);
  return packed.length;
}
