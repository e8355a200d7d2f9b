import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONSOLE_PAGES } from '../../../api/console/routes.ts';
import { projectDir } from '../../../runtime/project-dir.ts';

test('the API answers programs with the page at the addresses that the console has, and at no others', () => {
  const dir = join(projectDir, 'console');
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => /routes\.tsx?$/.test(file));
  const paths = files.flatMap((file) => [...readFileSync(join(dir, file), 'utf8').matchAll(/\bpath: '\/([\w-]*)/g)]);
  const pages = new Set(paths.map(([, page]) => page).filter((page) => page !== ''));
  expect([...pages].sort()).toEqual([...CONSOLE_PAGES].sort());
});
