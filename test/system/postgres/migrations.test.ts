import { expect, test } from 'vitest';
import { migrate } from '../../../db/postgres/migrate.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { holdTable } from '../../../dev/held-table.ts';
import { withDatabase } from '../../support/a-database.ts';

const BEFORE = '0014_webhook_secrets.sql';
const WITH_INDEX = '0015_bought_overage.sql';

const isValid = async (sql: Sql, index: string): Promise<boolean | undefined> => {
  const [found] = await sql<{ indisvalid: boolean }[]>`
    select indisvalid from pg_index join pg_class on pg_class.oid = indexrelid where relname = ${index}`;
  return found?.indisvalid;
};

test('a migration that does not get a lock lets callers pass, and is tried again', async () => {
  await withDatabase(async ({ url, sql }) => {
    await migrate(url, { to: BEFORE });
    const held = await holdTable(sql, 'ledger', 'share');
    let waited: (line: string) => void = () => undefined;
    const hasWaited = new Promise<string>((resolve) => {
      waited = resolve;
    });
    const migrating = migrate(url, { to: WITH_INDEX, onWait: (line) => waited(line) });
    expect(await hasWaited).toContain(WITH_INDEX);
    // It holds nothing while it waits for its next try.
    expect(await sql`select from ledger`).toEqual([]);
    held.release();
    expect(await held.ended).toBeUndefined();
    expect((await migrating).applied).toEqual([WITH_INDEX]);
  });
});

test('an index whose build was interrupted is built anew', async () => {
  await withDatabase(async ({ url, sql }) => {
    await migrate(url, { to: '0021_spill.sql' });
    await sql`create index ledger_refused on ledger (at)`;
    await sql`update pg_index set indisvalid = false where indexrelid = 'ledger_refused'::regclass`;
    expect(await isValid(sql, 'ledger_refused')).toBe(false);
    await migrate(url, { to: '0022_usage.sql' });
    expect(await isValid(sql, 'ledger_refused')).toBe(true);
  });
});
