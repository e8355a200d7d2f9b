import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectDir } from '../../runtime/project-dir.ts';

test('a build that is up to date does nothing and says nothing', async () => {
  // The set-up of these tests has just built.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(projectDir, 'dev', 'build.mjs')]);
  expect([stdout, stderr]).toEqual(['', '']);
});
