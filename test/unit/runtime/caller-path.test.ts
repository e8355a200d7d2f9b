import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { fromCaller } from '../../../runtime/caller-path.ts';

afterEach(() => void vi.unstubAllEnvs());

test('a path is relative to where its npm script was typed', () => {
  vi.stubEnv('npm_lifecycle_event', 'bench');
  vi.stubEnv('INIT_CWD', '/home/of/caller');
  expect(fromCaller('figures.json', 'bench')).toBe('/home/of/caller/figures.json');
  expect(fromCaller('/tmp/figures.json', 'bench')).toBe('/tmp/figures.json');
});

test('under another script, or without npm, a path is relative to the present directory', () => {
  vi.stubEnv('npm_lifecycle_event', 'test');
  vi.stubEnv('INIT_CWD', '/home/of/caller');
  expect(fromCaller('figures.json', 'bench')).toBe(join(process.cwd(), 'figures.json'));
});
