import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../../../runtime/project-dir.ts';

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: projectDir, encoding: 'utf8' })
  .split('\n')
  .filter((file) => existsSync(join(projectDir, file)));
const pages = tracked.filter((file) => file.endsWith('.md'));
const topFolders = new Set(
  tracked.filter((file) => file.includes('/')).map((file) => file.slice(0, file.indexOf('/'))),
);
/** Folders that builds and starts make. */
const MADE = ['dist', 'node_modules', '.allot', 'postgres'];
const FILE = /\.(?:ts|mjs|js|sql|md|json|gz|yml|html|css)$/;

/** What stands in backquotes and looks like a place of this tree: `domain/terms/periods.ts`, `docs/errors.md`, `api/http/`. */
function placesIn(text: string): string[] {
  const quoted = [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].flatMap(([, place = '']) => place);
  return quoted.filter((place) => {
    const top = place.slice(0, place.indexOf('/'));
    return topFolders.has(top) || (FILE.test(place) && !MADE.includes(top));
  });
}

const linksIn = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].flatMap(([, target = '']) => target);

test('every file and folder that a page names exists', () => {
  expect(pages.length).toBeGreaterThan(10);
  const missing = pages.flatMap((page) => {
    const text = readFileSync(join(projectDir, page), 'utf8');
    const places = placesIn(text).filter(
      (place) => ![projectDir, join(projectDir, dirname(page))].some((folder) => existsSync(join(folder, place))),
    );
    const links = linksIn(text).filter((link) => !existsSync(join(projectDir, dirname(page), link)));
    return [...places, ...links].map((place) => `${page}: ${place}`);
  });
  expect(missing).toEqual([]);
});

/** A name that a page says a file defines: `decideLife` in `domain/entitlements/life.ts`, or the file and then its names. */
function definitionsIn(text: string): { readonly file: string; readonly name: string }[] {
  const inFile = [...text.matchAll(/`(\w+)`\s+in\s+`([\w./-]+\.ts)`/g)].map(([, name = '', file = '']) => ({
    file,
    name,
  }));
  const behindFile = [...text.matchAll(/`([\w./-]+\.ts)` ((?:`\w+`(?:, )?)+)/g)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/\w+/g)].map(([name]) => ({ file, name })),
  );
  return [...inFile, ...behindFile];
}

test('a function that a page names with a file is defined in that file', () => {
  const all = pages.flatMap((page) =>
    definitionsIn(readFileSync(join(projectDir, page), 'utf8')).map((each) => ({ page, ...each })),
  );
  expect(all.length).toBeGreaterThan(30);
  const missing = all.filter(({ page, file, name }) => {
    const path = [projectDir, join(projectDir, dirname(page))].map((dir) => join(dir, file)).find(existsSync);
    const defines = new RegExp(`\\b(?:function|const|class|interface|type) ${name}\\b`);
    return path === undefined || !defines.test(readFileSync(path, 'utf8'));
  });
  expect(missing).toEqual([]);
});
