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

/** `domain/terms/periods.ts`, `docs/errors.md`, `api/http/`: what stands in backquotes and looks like a place of this tree. */
function placesIn(text: string): string[] {
  const quoted = [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].flatMap(([, place = '']) => place);
  return quoted.filter((place) => topFolders.has(place.slice(0, place.indexOf('/'))));
}

const linksIn = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].flatMap(([, target = '']) => target);

test('every file and folder that a page names exists', () => {
  expect(pages.length).toBeGreaterThan(10);
  const missing = pages.flatMap((page) => {
    const text = readFileSync(join(projectDir, page), 'utf8');
    const places = placesIn(text).filter((place) => !existsSync(join(projectDir, place)));
    const links = linksIn(text).filter((link) => !existsSync(join(projectDir, dirname(page), link)));
    return [...places, ...links].map((place) => `${page}: ${place}`);
  });
  expect(missing).toEqual([]);
});
