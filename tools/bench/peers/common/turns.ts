import type postgres from 'postgres';

type Sql = postgres.Sql | postgres.TransactionSql;

/** What an entitlement does by itself, with the row that the ledger gets. */
export type Turn = 'started' | 'expired';

/**
 * Turns all entitlements that are due, in one statement, and returns how many. Those that another sweep works on are
 * left to it.
 */
export async function turnAllDue(sql: Sql, turn: Turn): Promise<number> {
  const due =
    turn === 'started'
      ? sql`status = 'waiting' and starts_at <= now()`
      : sql`status in ('waiting', 'active') and ends_at <= now()`;
  return await turnThose(sql, turn, sql`select id from entitlements where ${due} for update skip locked`);
}

/**
 * Turns these entitlements, whose timer has fired. One that was turned already is left as it is, so a timer that fires
 * twice does nothing more.
 */
export async function turn(sql: Sql, turn: Turn, ids: readonly string[]): Promise<number> {
  const open = turn === 'started' ? sql`status = 'waiting'` : sql`status in ('waiting', 'active')`;
  const those = sql`select id from entitlements where id = any(${ids as string[]}) and ${open} order by id for update`;
  return await turnThose(sql, turn, those);
}

async function turnThose(sql: Sql, turn: Turn, those: postgres.Fragment): Promise<number> {
  const status = turn === 'started' ? 'active' : 'expired';
  const { count } = await sql`
    with due as (${those}), turned as (
      update entitlements set status = ${status}, seq = seq + 1 from due where entitlements.id = due.id
      returning entitlements.id, seq, remaining
    )
    insert into ledger (entitlement_id, seq, kind, change, remaining_after)
    select id, seq, ${turn}, 0, remaining from turned`;
  return count;
}
