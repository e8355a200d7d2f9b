import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectDir } from '../../../runtime/project-dir.ts';

test('client/schema.d.ts is what `npm run client-types` makes of openapi.json', async () => {
  const check = ['run', '--silent', 'types', '--', '--check'];
  const checked = await promisify(execFile)('npm', check, { cwd: join(projectDir, 'client') }).then(
    () => 'up to date',
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
  expect(checked).toBe('up to date');
});
