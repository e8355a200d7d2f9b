import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../../db/postgres/sql.ts';

export const ENTITLEMENTS = 100_000;
const CUSTOMERS = 10_000;
const DAY_MS = 86_400_000;
const POLL_MS = 100;
const WRITTEN_WITHIN_MS = 30_000;

interface Api {
  readonly url: string;
  readonly key: string;
}

const day = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** Contracts of every status and allocation type; the workflows write their rows, and the rest are copies of these. */
const SAMPLES = [
  { name: 'Cases', startDate: day(-30), endDate: day(335), allocationType: 'cases', totalTerm: 100, activated: true },
  { name: 'Hours', startDate: day(-90), endDate: day(90), allocationType: 'hours', totalTerm: 6_000, activated: true },
  { name: 'All', startDate: day(-10), endDate: day(20), allocationType: 'unlimited', activated: true },
  { name: 'Later', startDate: day(30), endDate: day(395), allocationType: 'cases', totalTerm: 30, activated: true },
  { name: 'Over', startDate: day(-400), endDate: day(-35), allocationType: 'cases', totalTerm: 30, activated: true },
  { name: 'Draft', startDate: day(0), endDate: day(365), allocationType: 'cases', totalTerm: 30, activated: false },
];

async function send({ url, key }: Api, method: string, path: string, body: object): Promise<{ id: string }> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  const answer: { id: string } = JSON.parse(text);
  return answer;
}

/** 10,000 customers, and 100,000 entitlements that differ in name, customer, dates and what remains. */
export async function fillLists(sql: Sql, api: Api): Promise<void> {
  await sql`insert into customers (id, type, name) select 'customer-' || n, 'account', 'Customer ' || n
    from generate_series(1, ${CUSTOMERS}::int) n`;
  const ids: string[] = [];
  for (const { activated, ...terms } of SAMPLES) {
    const { id } = await send(api, 'POST', '/v1/entitlements', {
      ...{ customerId: 'customer-1', decreaseRemainingOn: 'creation', renewalPolicy: null },
      restrict: terms.allocationType !== 'unlimited',
      ...terms,
    });
    if (activated) await send(api, 'POST', `/v1/entitlements/${id}/activate`, {});
    ids.push(id);
  }
  await written(sql, ids);
  await sql`
    insert into entitlements
    select copy.* from (
      select n, sample, 'Support ' || n || ' for customer ' || n % ${CUSTOMERS}::int as name,
        'customer-' || 1 + n % ${CUSTOMERS}::int as customer_id, 'copy-' || md5(n::text) as id
      from generate_series(1, ${ENTITLEMENTS}::int - ${ids.length}::int) n
      join unnest(${ids}::text[]) with ordinality chosen (sample_id, at) on at = 1 + n % ${ids.length}::int
      join entitlements sample on sample.id = sample_id) made
    cross join lateral jsonb_populate_record(sample, jsonb_build_object(
      'id', made.id, 'name', made.name, 'customer_id', made.customer_id, 'is_default', false,
      'remaining_term', (sample).remaining_term - made.n % 30, 'end_date', (sample).end_date + made.n % 300,
      'updated_at', (sample).updated_at - made.n * interval '1 minute',
      'state', (sample).state || jsonb_build_object('id', made.id, 'details', (sample).state -> 'details'
        || jsonb_build_object('name', made.name, 'customerId', made.customer_id)))) copy`;
  await sql`vacuum analyze entitlements, customers`;
}

/** Waits until the workflows have written the rows as they are after the last command. */
async function written(sql: Sql, ids: readonly string[]): Promise<void> {
  for (const deadline = Date.now() + WRITTEN_WITHIN_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const rows = await sql<{ status: string }[]>`select status from entitlements where id = any(${[...ids]})`;
    if (rows.length === ids.length && rows.filter(({ status }) => status === 'draft').length === 1) return;
  }
  throw new Error('The workflows did not write their rows in time.');
}
