import { makeActive, type Peer } from './peer.ts';

/** Counts anew, from the ledger alone, what a peer says of itself. Returns what is wrong, in words. */
export async function recount(peer: Peer): Promise<string[]> {
  const { sql, remainingColumn } = peer;
  const [found] = await sql<Record<string, number>[]>`
    with sums as (
      select entitlement_id, sum(change)::int as remaining, count(*)::int as rows, max(seq) as last,
        min(remaining_after) as least
      from ledger group by entitlement_id
    ), attaches as (
      select case_id, count(*) as times from ledger where kind = 'attached' group by case_id
    )
    select
      (select count(*)::int from entitlements e left join sums s on s.entitlement_id = e.id
       where s.remaining is distinct from e.${sql(remainingColumn)}) as "entitlements whose remaining is not the sum of their ledger",
      (select count(*)::int from entitlements e left join sums s on s.entitlement_id = e.id
       where s.rows is distinct from e.seq or s.last is distinct from e.seq) as "entitlements with a gap in their ledger",
      (select count(*)::int from sums where least < 0) as "entitlements that went below 0",
      (select (count(key) - count(distinct key))::int from ledger) as "keys that count twice",
      (select count(*)::int from attaches where times > 1) as "cases that were attached twice",
      (select count(*)::int from attaches a where not exists (select from cases c where c.id = a.case_id)) as "attached cases without a record"`;
  return Object.entries(found ?? {}).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
}

/** How many attaches the ledger holds whose keys begin so. */
export async function attachesUnder(peer: Peer, prefix: string): Promise<number> {
  const [row] = await peer.sql<{ count: number }[]>`
    select count(*)::int as count from ledger where kind = 'attached' and starts_with(key, ${prefix})`;
  return row?.count ?? 0;
}

const TOTAL = 20;
const ASKED = 60;
const SAME = 10;

/** Sends more cases at once than an entitlement has, and one request many times at once. Returns what is wrong. */
export async function probe(peer: Peer, name: string): Promise<string[]> {
  const { id: entitlementId, customerId } = await makeActive(peer, `${name}-few`, TOTAL);
  const attach = (key: string) =>
    peer.send('POST', '/v1/cases', { id: `case-${key}`, customerId, entitlementId, channel: 'phone' }, key);
  const answers = await Promise.all(Array.from({ length: ASKED }, (_, n) => attach(`${name}-few-${n}`)));
  const taken = answers.filter(({ status }) => status === 201).length;
  const refused = answers.filter(({ status, body }) => status === 422 && body.code === 'exhausted').length;
  const more = await makeActive(peer, `${name}-same`, TOTAL);
  const key = `${name}-same`;
  const same = await Promise.all(
    Array.from({ length: SAME }, () =>
      peer.send('POST', '/v1/cases', { id: `case-${key}`, customerId: more.customerId, entitlementId: more.id }, key),
    ),
  );
  const [rows] = await peer.sql<{ count: number }[]>`select count(*)::int as count from ledger where key = ${key}`;
  const remaining = (await peer.send('GET', `/v1/entitlements/${more.id}`, null)).body.remainingTerm;
  const seqs = new Set(same.map(({ body }) => body.seq));
  return [
    ...(taken === TOTAL && refused === ASKED - TOTAL
      ? []
      : [`of ${ASKED} cases for ${TOTAL}, ${taken} were taken and ${refused} refused as exhausted`]),
    ...(same.every(({ status }) => status === 201) && rows?.count === 1 && remaining === TOTAL - 1 && seqs.size === 1
      ? []
      : [
          `one request ${SAME} times: ${same.map(({ status }) => status).join(' ')}, ${rows?.count} rows, ${remaining} left`,
        ]),
  ];
}
