import { rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives `work` a new, empty folder inside `parent` and deletes it afterwards, also when this process exits early. What
 * `work` renames into `parent` stays on one file system, so nobody ever sees half of it.
 */
export async function inScratchDir<Result>(parent: string, work: (dir: string) => Promise<Result>): Promise<Result> {
  await mkdir(parent, { recursive: true });
  const dir = await mkdtemp(join(parent, 'fetch-'));
  const cleanUp = () => rmSync(dir, { recursive: true, force: true });
  process.once('exit', cleanUp);
  try {
    return await work(dir);
  } finally {
    process.off('exit', cleanUp);
    cleanUp();
  }
}
