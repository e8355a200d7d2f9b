import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../../../runtime/project-dir.ts';

/** What gives another answer at each call. The lint refuses the globals that are only such (`process`, `setTimeout` …). */
const CLOCK_OR_CHANCE = /\bDate\.now\b|\bnew Date(?!\s*\(\s*[^)\s])|(?<!new )\bDate\(|\bMath\.random\b|\.now\(/;

const clockOrChance = (line: string): boolean => CLOCK_OR_CHANCE.test(line.replace(/^\s*(?:\/\/|\/?\*).*/, ''));

test('no rule reads a clock or draws a number: time comes in as a value', () => {
  const domain = join(projectDir, 'domain');
  const files = readdirSync(domain, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(50);
  const found = files.flatMap((file) =>
    readFileSync(join(domain, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (clockOrChance(line) ? [`domain/${file}:${index + 1} ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});

test.each(['Date.now()', 'new Date()', 'new Date', 'Date()', 'Math.random()', 'LocalDate.now()', 'Instant.now(x)'])(
  '%s is found',
  (text) => {
    expect(clockOrChance(`const a = ${text};`)).toBe(true);
  },
);

test.each(['new Date(at)', 'Date.UTC(1900, 0, 1)', 'Date.parse(text)', 'LocalDate.parse(date)'])(
  '%s is no clock',
  (text) => {
    expect(clockOrChance(`const a = ${text};`)).toBe(false);
  },
);
