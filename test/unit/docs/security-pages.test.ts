import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectDir } from '../../../runtime/project-dir.ts';

const page = (name: string): string => readFileSync(join(projectDir, 'docs', name), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

describe('docs/security.md', () => {
  const threats = page('security.md')
    .split('\n')
    .filter((line) => /^\| [STRIDE] +\|/.test(line))
    .map(cellsOf);

  test('each threat says what holds against it, and names tests and commands that exist', () => {
    expect(threats.length).toBeGreaterThan(30);
    for (const [, threat = '', heldBy = '', tests = ''] of threats) {
      expect([threat, heldBy === '']).toEqual([threat, false]);
      const named = [...tests.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
      // What only the operator can do has no test, and says so.
      expect([threat, named.length > 0 || (tests === 'none' && heldBy.startsWith('the operator'))]).toEqual([
        threat,
        true,
      ]);
      for (const name of named) {
        const command = /^npm run ([\w:]+)$/.exec(name)?.[1];
        const exists = command === undefined ? existsSync(join(projectDir, name)) : command in scripts;
        expect([threat, name, exists]).toEqual([threat, name, true]);
      }
    }
  });

  test('each kind of threat is looked at', () => {
    expect([...new Set(threats.map(([letter]) => letter))].sort()).toEqual(['D', 'E', 'I', 'R', 'S', 'T']);
  });
});

/** How many items of levels 1 and 2 each section of ASVS 5.0.0 has; those of level 3 come after them. */
const ITEMS: Readonly<Record<string, number>> = {
  ...{ 'V1.1': 2, 'V1.2': 9, 'V1.3': 11, 'V1.4': 3, 'V1.5': 2, 'V2.1': 3, 'V2.2': 3, 'V2.3': 4, 'V2.4': 1 },
  ...{ 'V3.2': 2, 'V3.3': 4, 'V3.4': 6, 'V3.5': 5, 'V3.7': 2, 'V4.1': 3, 'V4.2': 1, 'V4.3': 2, 'V4.4': 4 },
  ...{ 'V5.1': 1, 'V5.2': 3, 'V5.3': 2, 'V5.4': 3, 'V6.1': 3, 'V6.2': 12, 'V6.3': 4, 'V6.4': 4, 'V6.5': 5 },
  ...{ 'V6.6': 3, 'V6.8': 4, 'V7.1': 3, 'V7.2': 4, 'V7.3': 2, 'V7.4': 5, 'V7.5': 2, 'V7.6': 2, 'V8.1': 2 },
  ...{ 'V8.2': 3, 'V8.3': 1, 'V8.4': 1, 'V9.1': 3, 'V9.2': 4, 'V10.1': 2, 'V10.2': 2, 'V10.3': 4, 'V10.4': 11 },
  ...{ 'V10.5': 5, 'V10.6': 2, 'V10.7': 3, 'V11.1': 2, 'V11.2': 3, 'V11.3': 3, 'V11.4': 4, 'V11.5': 1, 'V11.6': 1 },
  ...{ 'V12.1': 3, 'V12.2': 2, 'V12.3': 4, 'V13.1': 1, 'V13.2': 5, 'V13.3': 2, 'V13.4': 5, 'V14.1': 2, 'V14.2': 4 },
  ...{ 'V14.3': 3, 'V15.1': 3, 'V15.2': 3, 'V15.3': 7, 'V16.1': 1, 'V16.2': 5, 'V16.3': 4, 'V16.4': 3, 'V16.5': 3 },
  ...{ 'V17.1': 1, 'V17.2': 4, 'V17.3': 2 },
};

/** The ids in a cell: `V1.2.6 to V1.2.8, V1.3.1`. */
const idsIn = (cell: string): string[] =>
  cell.split(', ').flatMap((part) => {
    const [first = '', last = first] = part.split(' to ');
    const section = first.slice(0, first.lastIndexOf('.'));
    const number = (id: string) => Number(id.slice(id.lastIndexOf('.') + 1));
    return Array.from(
      { length: number(last) - number(first) + 1 },
      (_, index) => `${section}.${number(first) + index}`,
    );
  });

describe('docs/asvs.md', () => {
  const rows = page('asvs.md')
    .split('\n')
    .filter((line) => /^\| V\d/.test(line))
    .map(cellsOf);

  test('has each item of levels 1 and 2 once, and no other', () => {
    const expected = Object.entries(ITEMS).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
    );
    const listed = rows.flatMap(([ids = '']) => idsIn(ids));
    expect(listed.toSorted()).toEqual(expected.toSorted());
  });

  test('says of each whether it is met and by what, and counts them rightly', () => {
    const judged = rows.filter((row) => row.length === 5);
    for (const [id, level = '', , state = '', byWhat = ''] of judged)
      expect([id, /^[12]$/.test(level), ['met', 'not met', 'does not apply'].includes(state), byWhat !== '']).toEqual([
        ...[id, true, true, true],
      ]);
    for (const state of ['met', 'not met', 'does not apply']) {
      const count = (level: string) => judged.filter((row) => row[1] === level && row[3] === state).length;
      const told = page('asvs.md').match(new RegExp(`^\\| ${state} +\\| (\\d+) +\\| (\\d+) +\\|$`, 'm'));
      expect([state, told?.slice(1).map(Number)]).toEqual([state, [count('1'), count('2')]]);
    }
  });
});
