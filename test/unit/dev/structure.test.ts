import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

// `npm run structure` itself, on small trees that are planted here.

const dirs: string[] = [];

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

interface Layer {
  name: string;
  imports: string[];
  packages?: string[];
}

const LAYERS: Layer[] = [
  { name: 'domain', imports: [], packages: ['@js-joda/*', 'zod'] },
  { name: 'db', imports: ['domain'] },
  { name: 'api', imports: ['domain', 'db'] },
];
const CLEAN = { 'domain/a.ts': '', 'db/a.ts': "import '../domain/a.ts';", 'api/a.ts': "import '../db/a.ts';" };

function plant(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'allot-structure-'));
  dirs.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

function structure(files: Record<string, string>, layers: Layer[] | 'none' = LAYERS) {
  const root = plant({ ...files, 'layers.json': JSON.stringify({ layers }) });
  const file = layers === 'none' ? 'none' : join(root, 'layers.json');
  const args = ['dev/structure/main.mjs', '--root', root, '--layers', file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const lines = stdout.split('\n');
  /** The lines under a heading; the heading counts them. */
  const under = (title: string) => {
    const at = lines.findIndex((line) => line.startsWith(`${title}: `));
    const end = lines.findIndex((line, index) => index > at && !line.startsWith(' '));
    const found = lines.slice(at + 1, end).map((line) => line.trim());
    return { count: Number(lines[at]?.slice(title.length + 2)), lines: found };
  };
  return { status, stderr, under };
}

test('a tree without offenders ends with 0', () => {
  const { status, under } = structure(CLEAN);
  expect(status).toBe(0);
  for (const title of ['circles between files', 'circles between folders', 'upward arrows between layers'])
    expect(under(title), title).toEqual({ count: 0, lines: [] });
});

test.each([
  ['import type', "import type { B } from './b.ts';"],
  ['import { type … }', "import { type B } from './b.ts';"],
  ["import('…')", "export type A = import('./b.ts').B;"],
  ['export type … from', "export type { B } from './b.ts';"],
  ['export * from', "export * from './b.ts';"],
  ['await import', "await import('./b.ts');"],
  ['typeof import', "export const a: typeof import('./b.ts') | undefined = undefined;"],
  ['import … = require', "import b = require('./b.ts');"],
])('%s closes a circle between files', (_, back) => {
  const { status, under } = structure({
    ...CLEAN,
    'domain/a.ts': back,
    'domain/b.ts': "import type {} from './a.ts';",
  });
  expect(status).toBe(1);
  expect(under('circles between files')).toEqual({
    count: 1,
    lines: ['domain/a.ts → domain/b.ts → domain/a.ts'],
  });
});

test('circles that share a file are one group, of which a shortest circle is shown', () => {
  const { under } = structure({
    'domain/a.ts': "import './b.ts'; import './c.ts';",
    'domain/b.ts': "import './a.ts';",
    'domain/c.ts': "import './d.ts';",
    'domain/d.ts': "import './a.ts';",
  });
  expect(under('circles between files')).toEqual({
    count: 1,
    lines: [
      '4 files reach each other, a shortest circle: domain/a.ts → domain/b.ts → domain/a.ts',
      'all: domain/a.ts, domain/b.ts, domain/c.ts, domain/d.ts',
    ],
  });
});

test('circles of tests count as circles between files, not between folders', () => {
  const { status, under } = structure({
    ...CLEAN,
    'test/a.ts': "import './unit/b.ts';",
    'test/unit/b.ts': "import '../a.ts';",
  });
  expect(status).toBe(1);
  expect(under('circles between files').count).toBe(1);
  expect(under('circles between folders').count).toBe(0);
});

test('folders make a circle though no files do; a parent is a folder of its own', () => {
  const { status, under } = structure({
    ...CLEAN,
    'api/app.ts': "import type {} from './http/server.ts';",
    'api/http/server.ts': '',
    'api/http/page.ts': "import '../words.ts';",
    'api/words.ts': '',
  });
  expect(status).toBe(1);
  expect(under('circles between files').count).toBe(0);
  expect(under('circles between folders')).toEqual({
    count: 1,
    lines: ['api → api/http → api', 'api/app.ts → api/http/server.ts', 'api/http/page.ts → api/words.ts'],
  });
});

test('an import of a layer that is not listed is an upward arrow', () => {
  const { status, under } = structure({ ...CLEAN, 'domain/b.ts': "import type {} from '../db/a.ts';" });
  expect(status).toBe(1);
  expect(under('upward arrows between layers')).toEqual({
    count: 1,
    lines: ['domain/b.ts → db/a.ts   (domain may import nothing)'],
  });
});

test('a layer with a list of packages imports no other, and none of Node', () => {
  const { status, under } = structure({
    ...CLEAN,
    'domain/b.ts': "import '@js-joda/core'; import 'zod/v4'; import 'node:fs'; import 'pino'; import 'zodiac';",
    'db/b.ts': "import 'node:fs'; import 'pino';",
  });
  expect(status).toBe(1);
  expect(under('upward arrows between layers').lines).toEqual(
    ['node:fs', 'pino', 'zodiac'].map(
      (name) => `domain/b.ts → ${name}   (of packages, domain may import @js-joda/*, zod)`,
    ),
  );
});

test('a layer inside a layer has its own rule', () => {
  const layers = [...LAYERS, { name: 'api/mails', imports: ['domain'], packages: [] }];
  const { under } = structure({ ...CLEAN, 'api/mails/a.ts': "import '../../db/a.ts';" }, layers);
  expect(under('upward arrows between layers').lines).toEqual([
    'api/mails/a.ts → db/a.ts   (api/mails may import domain)',
  ]);
});

test('what is built imports nothing from test/, and tests import anything', () => {
  const { status, under } = structure({
    ...CLEAN,
    'db/b.ts': "import '../test/b.ts';",
    'test/b.ts': "import '../domain/a.ts';",
  });
  expect(status).toBe(1);
  expect(under('imports from test/').lines).toEqual(['db/b.ts → test/b.ts']);
});

test('an import that leads nowhere, a folder without a layer and a layer without files are told', () => {
  const { status, under } = structure({ 'domain/a.ts': "import './gone.ts';", 'db/a.ts': '', 'odd/a.ts': '' });
  expect(status).toBe(1);
  expect(under('imports that lead nowhere').lines).toEqual(['domain/a.ts → ./gone.ts']);
  expect(under('files in no layer').lines).toEqual(['odd/a.ts']);
  expect(under('layers without files').lines).toEqual(['api']);
});

test('without layers, circles alone are looked for', () => {
  const { status } = structure({ 'odd/a.ts': "import '../db/b.ts';", 'db/b.ts': '' }, 'none');
  expect(status).toBe(0);
});

test('a layer that lists one that does not exist is a mistake in the configuration', () => {
  const { status, stderr } = structure(CLEAN, [{ name: 'domain', imports: ['dbase'] }]);
  expect(status).toBe(1);
  expect(stderr).toContain('allows imports of layers that it does not list: dbase.');
});
