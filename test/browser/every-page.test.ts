import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../../runtime/project-dir.ts';
import { PAGES } from './pages.ts';
import type { World } from './world.ts';

const WORLD: World = {
  ...{ tag: 'x', managerKey: 'x', customerId: 'x', contactId: 'x', productId: 'x', slaId: 'x', templateId: 'x' },
  ...{ entitlementId: 'x', draftId: 'x', caseId: 'x', renewalId: 'x', webhookId: 'x', deliveryId: 'x' },
};

test('the sweeps visit every page that the console has', () => {
  const dir = join(projectDir, 'console');
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => /routes\.tsx?$/.test(file));
  const routes = files.flatMap((file) =>
    [...readFileSync(join(dir, file), 'utf8').matchAll(/\bpath: '(\/[^']*)'/g)].map(([, path]) => path ?? ''),
  );
  const visited = Object.values(PAGES).map(({ path }) => path(WORLD).replace(/\?.*/, ''));
  const isVisited = (route: string) => {
    const pattern = new RegExp(`^${route.replaceAll(/\$\w+/g, '[^/]+')}$`);
    return visited.some((path) => pattern.test(path));
  };
  expect(routes.length).toBeGreaterThan(30);
  expect(routes.filter((route) => !isVisited(route))).toEqual([]);
});
