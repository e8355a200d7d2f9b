import { setTimeout as sleep } from 'node:timers/promises';
import { differencesOf } from '../../bin/reconcile/reconcile.ts';
import { streamStrayCases } from '../../db/ledger/reconcile.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { entitlementId } from '../../domain/ids.ts';
import { Clock, stateOf, temporal, UNCONFIRMED_MS } from '../support/temporal.ts';
import { type Asked, differsFromFirst, differsFromRow, type Row } from './once-answers.ts';
import type { Records } from './once-requests.ts';

const POLL_MS = 20;
const SETTLED_WITHIN_MS = 60_000;

/** Everything that is wrong at the end of a story, once all its rows are written. */
export async function faultsOf(sql: Sql, records: Records, asked: readonly Asked[]): Promise<readonly string[]> {
  await settle(records);
  return [...(await keysTwice(sql, asked)), ...(await wrongAnswers(sql, asked)), ...(await differences(sql, records))];
}

/** Waits until no workflow holds a row that is not in the ledger. */
async function settle({ entitlements }: Records): Promise<void> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (let isSettled = false; !isSettled; ) {
    const waiting = await unwritten(entitlements);
    isSettled = waiting.length === 0;
    await Promise.all(waiting.map((id) => new Clock(id).skip(UNCONFIRMED_MS)));
    for (let n = 0; n < 50 && (await unwritten(entitlements)).length > 0; n++) await sleep(POLL_MS);
    if (!isSettled && performance.now() > deadline) throw new Error('The rows are not written.');
  }
}

async function unwritten(entitlements: readonly string[]): Promise<string[]> {
  const states = await Promise.all(entitlements.map((id) => stateOf(id)));
  return entitlements.filter((_id, n) => (states[n]?.unconfirmedRows ?? 0) > 0);
}

/** Keys that count in more than one place. A row that another entitlement overtook (`lost:`) does not count. */
async function keysTwice(sql: Sql, asked: readonly Asked[]): Promise<string[]> {
  const keys = asked.map(({ key }) => key);
  const twice = await sql<{ key: string; places: string[] }[]>`
    select key, array_agg(place) as places from (
      select key, entitlement_id || ' ' || seq as place from ledger where key = any(${keys}) and not exists (
        select from ledger lost where lost.entitlement_id = ledger.entitlement_id
          and lost.key = 'lost:' || ledger.case_id || ':' || ledger.seq)
      union all
      select key, 'without an entitlement' from unattached_events where key = any(${keys})) as found
    group by key having count(*) > 1`;
  return twice.map(({ key, places }) => `${key} counts twice: ${places.join(', ')}`);
}

/** Answers that differ from their row, or from the first answer to their key. */
async function wrongAnswers(sql: Sql, asked: readonly Asked[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { key, told } of asked) {
    const [first] = told;
    if (first === undefined) continue;
    const rows = await sql<Row[]>`
      select entitlement_id as "entitlementId", seq, change, remaining_after as "remainingTerm", refusal,
        case_after as "after"
      from ledger where key = ${key} and not exists (
        select from ledger lost where lost.entitlement_id = ledger.entitlement_id
          and lost.key = 'lost:' || ledger.case_id || ':' || ledger.seq)`;
    for (const each of told) {
      const wrong = differsFromRow(each, rows) ?? differsFromFirst(first, each);
      if (wrong !== undefined) faults.push(`${key}: ${wrong}: ${JSON.stringify({ first, each, rows })}`);
    }
  }
  return faults;
}

/** What `npm run reconcile` finds. */
async function differences(sql: Sql, { entitlements, cases }: Records): Promise<string[]> {
  const faults: string[] = [];
  for (const id of entitlements)
    for (const difference of await differencesOf(sql, temporal, entitlementId(id)))
      faults.push(`reconcile: ${JSON.stringify(difference)}`);
  for await (const stray of streamStrayCases(sql, cases)) faults.push(`stray: ${JSON.stringify(stray)}`);
  return faults;
}
