import fc from 'fast-check';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';

const sql = connect(inject('databaseUrl'), { max: 2 });
afterAll(async () => {
  await sql.end();
});

describe('array parameters', () => {
  const texts = fc.array(fc.oneof(fc.string(), fc.constantFrom('NULL', 'null', '', ',', '"', '\\', '{}', ' a ')), {
    maxLength: 6,
  });

  test('come back unchanged, whatever they hold', async () => {
    const clean = texts.map((list) => list.map((text) => text.replaceAll('\0', '')));
    await fc.assert(
      fc.asyncProperty(clean, fc.array(fc.integer({ min: -1_000, max: 1_000 })), async (list, numbers) => {
        const [row] = await sql`
          select ${list}::text[] as list, ${numbers}::int[] as numbers, array[${list[0] ?? null}::text, null] as nulls,
            array[true, false] as flags, coalesce(array_length(${list}::text[], 1), 0) as length`;
        expect(row).toEqual({
          list,
          numbers,
          nulls: [list[0] ?? null, null],
          flags: [true, false],
          length: list.length,
        });
      }),
      { numRuns: 200 },
    );
  });

  test('without a named type get it from where they are used', async () => {
    expect(await sql`select n from generate_series(1, 5) n where n = any(${[2, 4]}) order by n`).toEqual([
      { n: 2 },
      { n: 4 },
    ]);
  });
});
