import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRowsOfMarks, readUsage, usageQuery } from '../../../db/entitlements/usage.ts';
import { createLedgerStore } from '../../../db/ledger/ledger.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { usageSpans } from '../../../domain/entitlements/usage-days.ts';
import { usageMarks } from '../../../domain/entitlements/usage-marks.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { isRefused } from '../../../domain/refusals.ts';
import { fillForReports } from '../../../tools/bench/report-records.ts';
import { aDatabase } from '../../support/a-database.ts';
import { runs } from '../../support/property-runs.ts';
import { indexesRead, planOf, tablesReadInWhole } from '../../support/query-plan.ts';
import { unique } from '../../support/unique.ts';
import { anyContract, anyTurn } from '../../unit/domain/arbitraries.ts';
import { Book } from '../../unit/domain/book.ts';
import { attach, detailsWith, instant, STARTS_AT } from '../../unit/domain/samples.ts';
import { take } from '../../unit/domain/taking-turns.ts';
import { sumsOf } from '../../unit/domain/usage-sums.ts';

/** Ledgers that are spread over a year, written as worker and API write them. */
let sql: Sql;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await aDatabase({ isMigrated: true });
  ({ sql, drop } = database);
});
afterAll(async () => {
  await drop();
});

/** Writes the book under an id of its own. Cases and keys get names of their own too: a case has one entitlement. */
async function written(book: Book): Promise<string> {
  const id = entitlementId(unique('ent'));
  const own = (text: string) => `${id}-${text}`;
  const rows = JSON.parse(JSON.stringify(book.rows), (name, value) =>
    (name === 'caseId' || name === 'key') && typeof value === 'string' ? own(value) : value,
  );
  await createLedgerStore(sql).write({ rows, snapshot: { entitlement: { ...book.entitlement, id }, generation: 0 } });
  return id;
}

const spansOf = (
  days: { since: string; until: string },
  by: 'day' | 'week' | 'month',
  timeZone = 'America/New_York',
) => {
  const spans = usageSpans(days, by, timeZone);
  if (isRefused(spans)) throw new Error(spans.refused.detail);
  return spans;
};

test('the sums of a ledger are those of its rows, at every point, whatever happened', async () => {
  const lives = fc.tuple(anyContract, fc.array(anyTurn, { minLength: 10, maxLength: 40, size: 'max' }));
  await fc.assert(
    fc.asyncProperty(lives, fc.constantFrom('day', 'week', 'month'), async ([details, turns], by) => {
      const book = new Book(details, STARTS_AT);
      book.command({ kind: 'activate' });
      for (const turn of turns) take(book, turn);
      const spans = spansOf({ since: '2026-01-15', until: '2026-11-20' }, by);
      const bounds = [...spans.map(({ since }) => since), spans.at(-1)?.until ?? 0];
      const read = await readUsage(sql, await written(book), bounds);
      const empty = ([, sums]: [number, object]) => Object.values(sums).every((sum) => sum === 0);
      const rest = (sums: ReadonlyMap<number, object>) => new Map([...sums].filter((entry) => !empty(entry)).sort());
      expect(rest(read)).toEqual(rest(sumsOf(book.rows, spans)));
    }),
    runs(25),
  );
});

test('marks are the newest of each group: many refusals hide no allotment, and the answer says that some are left out', async () => {
  const book = new Book(detailsWith({ totalTerm: 1, period: 'month' }), STARTS_AT);
  book.command({ kind: 'activate' });
  book.story(attach('one'));
  for (let n = 0; n < 120; n++) book.happens(attach(`refused-${n}`));
  book.passTo(instant('2026-03-15T00:00Z'));
  const id = await written(book);
  const spans = spansOf({ since: '2026-01-01', until: '2026-03-15' }, 'month', 'UTC');
  const [since, until] = [spans[0]?.since ?? 0, spans.at(-1)?.until ?? 0];
  const { rows, isCut } = await readRowsOfMarks(sql, id, { since, until });
  const marks = usageMarks(rows, spans, book.entitlement.startsAt);
  expect(isCut).toBe(true);
  expect(marks.filter(({ kind }) => kind === 'refused')).toHaveLength(100);
  expect(marks.filter(({ kind }) => kind !== 'refused').map(({ kind, amount }) => [kind, amount])).toEqual([
    ['allotment', 1],
    ['allotment', 1],
    ['allotment', 1],
    ['lapse', -1],
  ]);
});

test('no part of it reads a whole ledger, and each has its index', async () => {
  await fillForReports(sql, { customers: 200, entitlements: 2_000 });
  const [some] = await sql<{ id: string }[]>`
    select entitlement_id as id from ledger group by entitlement_id order by count(*) desc limit 1`;
  const days = spansOf({ since: '2026-01-01', until: '2026-12-31' }, 'day').map(({ since }) => since);
  const steps = await planOf(sql, usageQuery(sql, some?.id ?? '', days));
  expect(tablesReadInWhole(steps)).toEqual([]);
  expect(indexesRead(steps)).toEqual(expect.arrayContaining(['ledger_use', 'ledger_refused', 'ledger_cases']));
});
