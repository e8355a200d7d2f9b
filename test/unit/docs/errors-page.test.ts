import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { REFUSAL_STATUS } from '../../../domain/refusals.ts';

test('docs/errors.md lists every refusal with its status, and no other', async () => {
  const page = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\|\s*`(\w+)`\s*\|\s*(\d+)\s*\|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ]);
  expect(listed).toEqual(Object.entries(REFUSAL_STATUS));
});
