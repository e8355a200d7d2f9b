import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { Status } from '../../domain/ledger/ledger-row.ts';
import type { CaseStatus } from '../../domain/ledger/support-case.ts';
import { anyOf, ownCases, ownCustomers, ownEntitlements } from '../access/access-scope.ts';
import { beginsWith, holdsText, laterWordBeginsWith } from '../postgres/name-search.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

export interface FoundCustomer {
  readonly id: string;
  readonly name: string;
  readonly tier: string | null;
}

export interface FoundEntitlement {
  readonly id: string;
  readonly name: string;
  readonly customerId: string;
  readonly customerName: string | null;
  readonly status: Status;
}

export interface FoundCase {
  readonly id: string;
  readonly title: string | null;
  readonly customerId: string;
  readonly customerName: string | null;
  readonly status: CaseStatus;
}

export interface Found {
  readonly customers: readonly FoundCustomer[];
  readonly entitlements: readonly FoundEntitlement[];
  readonly cases: readonly FoundCase[];
}

/** A text of at least `MIN_SEARCH_LENGTH` letters, and the most records of each kind. */
export interface Searched {
  readonly text: string;
  readonly limit: number;
}

/**
 * At most this many names that contain the text are compared; the best of them are shown. A text that is part of more
 * names is of little use to the person who searches.
 */
const MOST_COMPARED = 100;

/**
 * The customers, entitlements and cases within the access scope whose id is the text, or whose name or title contains
 * it; and the waiting and active entitlements of the customers that were found. The record with this id comes first,
 * then names that begin with the text, names in which a later word does, and other names; within these by name, and
 * cases by age, the newest first.
 */
export async function search(sql: Sql, searched: Searched, accessScope: AccessScope): Promise<Found> {
  const [{ customers, entitlements }, cases] = await Promise.all([
    findContracts(sql, searched, accessScope),
    foundCasesQuery(sql, searched, accessScope),
  ]);
  return { customers, entitlements, cases };
}

async function findContracts(sql: Sql, searched: Searched, accessScope: AccessScope) {
  const customers = await foundCustomersQuery(sql, searched, accessScope);
  const ids = customers.map(({ id }) => id);
  return { customers, entitlements: await foundEntitlementsQuery(sql, searched, ids, accessScope) };
}

/** SQL: how well a record matches; 0 is best. The last are there because of their customer. */
const rankOf = (sql: Sql, column: Fragment, text: string): Fragment => sql`
  case when id = ${text} then 0 when ${beginsWith(sql, column, text)} then 1
    when ${laterWordBeginsWith(sql, column, text)} then 2 when ${holdsText(sql, column, text)} then 3 else 4 end`;

/**
 * SQL: the records whose name begins with the text, of those that `from` selects. They stand next to each other in the
 * index by name, so PostgreSQL looks at a few records from the text on. It would otherwise look at all names that
 * contain the letters.
 */
const beginning = (sql: Sql, from: Fragment, text: string): Fragment => sql`
  select * from (${from} and lower(name) >= lower(${text}) order by lower(name), id limit ${MOST_COMPARED}) following
  where starts_with(lower(name), lower(${text}))`;

/** The query of the customers. The queries are not awaited here, so that tests can explain them. */
export const foundCustomersQuery = (sql: Sql, { text, limit }: Searched, accessScope: AccessScope) => {
  const from = sql`select id, name, tier from customers where ${anyOf(sql, ownCustomers(sql, accessScope, null))}`;
  return sql<FoundCustomer[]>`
    select id, name, tier from (
      select distinct on (id) * from (
        (${from} and id = ${text})
        union all (${beginning(sql, from, text)})
        union all (${from} and ${holdsText(sql, sql`name`, text)} order by id limit ${MOST_COMPARED})
      ) hits order by id
    ) found
    order by ${rankOf(sql, sql`name`, text)}, lower(name), id limit ${limit}`;
};

/** The query of the entitlements. Those of `customerIds` come last. */
export const foundEntitlementsQuery = (
  sql: Sql,
  { text, limit }: Searched,
  customerIds: readonly string[],
  accessScope: AccessScope,
) => {
  const from = sql`
    select id, name, customer_id, status from entitlements
    where not deleted and ${anyOf(sql, ownEntitlements(sql, accessScope, null))}`;
  return sql<FoundEntitlement[]>`
    select id, name, customer_id as "customerId",
      (select name from customers where customers.id = customer_id) as "customerName", status
    from (
      select distinct on (id) * from (
        (${from} and id = ${text})
        union all (${beginning(sql, from, text)})
        union all (${from} and ${holdsText(sql, sql`name`, text)} order by id limit ${MOST_COMPARED})
        union all (${from} and customer_id = any(${[...customerIds]}::text[]) and status in ('waiting', 'active')
          order by customer_id, id limit ${limit})
      ) hits order by id
    ) found
    order by ${rankOf(sql, sql`name`, text)}, lower(name), id limit ${limit}`;
};

/** The query of the cases. */
export const foundCasesQuery = (sql: Sql, { text, limit }: Searched, accessScope: AccessScope) => {
  const from = sql`
    select id, title, customer_id, status, created_at from cases
    where ${anyOf(sql, ownCases(sql, accessScope, null))}`;
  return sql<FoundCase[]>`
    select id, title, customer_id as "customerId",
      (select name from customers where customers.id = customer_id) as "customerName", status
    from (
      select distinct on (id) * from (
        (${from} and id = ${text})
        union all (${from} and ${holdsText(sql, sql`title`, text)} order by created_at desc, id desc
          limit ${MOST_COMPARED})
      ) hits order by id
    ) found
    order by ${rankOf(sql, sql`title`, text)}, created_at desc, id limit ${limit}`;
};
