import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../../runtime/project-dir.ts';
import { PAGES } from './pages.ts';
import type { World } from './world.ts';

/** Pages before sign-in: they show no record, and `sign-in.test.ts` visits them. */
const BEFORE_SIGN_IN = ['/sign-in', '/sign-in/callback'];

/** A record's id that no other part of an address looks like. */
const ID = 'an-id';
const world = new Proxy<Partial<World>>({}, { get: () => ID }) as World;

/** The addresses of the sweeps, with `$` where a record's id stands. */
const visited = new Set(Object.values(PAGES).map(({ path }) => (path(world).split('?')[0] ?? '').replaceAll(ID, '$')));

const isVisited = (route: string): boolean => {
  if (!route.endsWith('$name')) return visited.has(route.replaceAll(/\$\w+/g, '$'));
  const folder = route.slice(0, -'$name'.length);
  return [...visited].some((path) => path.startsWith(folder));
};

test('the sweeps over every page know every route of the console', async () => {
  const folder = join(projectDir, 'console');
  const files = (await readdir(folder, { recursive: true })).filter((name) => /routes\.tsx?$/.test(name));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const routes = texts.flatMap((text) => [...text.matchAll(/\bpath: '([^']+)'/g)].map(([, path = '']) => path));
  expect(routes.length).toBeGreaterThan(30);
  expect(routes.filter((route) => !BEFORE_SIGN_IN.includes(route) && !isVisited(route))).toEqual([]);
});
