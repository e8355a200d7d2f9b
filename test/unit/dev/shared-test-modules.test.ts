import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../../../runtime/project-dir.ts';

/**
 * All test files of a process share the modules that they import (vitest.config.ts: `isolate: false`). A hook of such a
 * module runs for the first file alone, and what one file ends is gone for the next.
 */
const folder = join(projectDir, 'test');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

const HOOK = /^(?:beforeAll|afterAll|beforeEach|afterEach)\(/m;
const MODULE_MOCK = /^\s*vi\.(?:mock|doMock)\(/m;
const IMPORTED = /import \{([^}]*)\} from '\.[^']*'/g;

/** Names that a test file imports from another module of ours and ends. */
function endedImports(text: string): readonly string[] {
  const names = [...text.matchAll(IMPORTED)].flatMap(([, list = '']) => list.split(',').map((name) => name.trim()));
  return names.filter((name) => /^\w+$/.test(name) && new RegExp(`\\b${name}\\.(?:end|close|stop)\\(`).test(text));
}

test('a module that tests share has no hooks of its own', () => {
  const shared = files.filter((file) => !file.endsWith('.test.ts'));
  expect(shared.length).toBeGreaterThan(50);
  expect(shared.filter((file) => HOOK.test(textOf(file)))).toEqual([]);
});

test('no test replaces a module, which others may have loaded', () => {
  expect(files.filter((file) => MODULE_MOCK.test(textOf(file)))).toEqual([]);
});

test('no test ends what another module has opened', () => {
  const ending = files.flatMap((file) => endedImports(textOf(file)).map((name) => `test/${file}: ${name}`));
  expect(ending).toEqual([]);
});

test('what is ended is found', () => {
  const end = ['sql', 'end()'].join('.');
  expect(endedImports(`import { sql, won } from './scenes.ts';\nafterAll(() => ${end});`)).toEqual(['sql']);
  expect(endedImports(`import { won } from './scenes.ts';\nconst sql = connect();\n${end};`)).toEqual([]);
});
