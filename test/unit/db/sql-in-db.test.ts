import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../../../runtime/project-dir.ts';

const FOLDERS = [
  'activities',
  'api',
  'bin',
  'client',
  'console',
  'dev',
  'domain',
  'runtime',
  'temporal',
  'tools',
  'worker',
  'workflows',
];

/**
 * Generators that fill a database for measurements, judges that look at it from outside, and the copy of a whole server:
 * no process that serves runs their statements.
 */
const APART = ['tools/bench/', 'tools/chaos/', 'tools/drills/', 'dev/postgres-copy.ts'];

/** Our own files: a workspace has packages and a build in its folder. */
const SOURCE = /^(?!(?:node_modules|dist)\/).*\.tsx?$/;

/** A template of the driver: sql`…`, sql<Row[]>`…`, or the same on a transaction. */
const STATEMENT = /\b(?:sql|tx|transaction)(?:<[^`]{0,400}>)?`|\bsql\.unsafe\(/;

test('SQL stands in db/ alone', async () => {
  const found: string[] = [];
  for (const folder of FOLDERS) {
    const paths = await readdir(join(projectDir, folder), { recursive: true });
    for (const path of paths.filter((name) => SOURCE.test(name)).map((name) => join(folder, name))) {
      if (APART.some((place) => path.startsWith(place))) continue;
      if (STATEMENT.test(await readFile(join(projectDir, path), 'utf8'))) found.push(path);
    }
  }
  expect(found).toEqual([]);
});
