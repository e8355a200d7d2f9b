import type { AccessScope } from '../../domain/access/access-scope.ts';
import { isManagedBy, ofOwnCustomers, ownCustomers } from '../access/access-scope.ts';
import { given, type Listed, type ListPage, pageQuery, readPage, type Sorts } from '../postgres/keyset.ts';
import { holdsText } from '../postgres/name-search.ts';
import type { Sql } from '../postgres/sql.ts';
import {
  type Contact,
  type Customer,
  contactColumns,
  customerColumns,
  type Product,
  productColumns,
} from './records.ts';

type RecordPage = ListPage<'name'>;

/** The sorts of the lists of customers, contacts and products. */
export const RECORD_SORTS: Sorts<'name'> = { name: { type: 'text', of: (sql) => sql`lower(name)` } };

export interface CustomerFilter {
  readonly tier?: string | undefined;
  /** Upper and lower case do not differ. */
  readonly accountManagerEmail?: string | undefined;
  /** A text that the name contains. */
  readonly q?: string | undefined;
}

/** A page of the customers within the access scope that the filter leaves. */
export const listCustomers = (
  sql: Sql,
  page: RecordPage,
  filter: CustomerFilter,
  accessScope: AccessScope,
): Promise<Listed<Customer>> => readPage(customersQuery(sql, page, filter, accessScope), page.limit);

/** The query of `listCustomers`, which runs when it is awaited; tests explain it instead. */
export const customersQuery = (
  sql: Sql,
  page: RecordPage,
  { tier, accountManagerEmail, q }: CustomerFilter,
  accessScope: AccessScope,
) =>
  pageQuery<Customer, 'name'>(sql, {
    columns: customerColumns(sql),
    from: sql`customers`,
    sorts: RECORD_SORTS,
    page,
    where: [
      ...given(tier, (value) => sql`tier = ${value}`),
      ...given(accountManagerEmail, (email) => isManagedBy(sql, email)),
      ...given(q, (text) => holdsText(sql, sql`name`, text)),
    ],
    oneOf: ownCustomers(sql, accessScope, null),
  });

export interface ContactFilter {
  readonly customerId?: string | undefined;
  /** A text that the name or the email contains. */
  readonly q?: string | undefined;
}

/** A page of the contacts within the access scope that the filter leaves. */
export const listContacts = (
  sql: Sql,
  page: RecordPage,
  filter: ContactFilter,
  accessScope: AccessScope,
): Promise<Listed<Contact>> => readPage(contactsQuery(sql, page, filter, accessScope), page.limit);

/** The query of `listContacts`, which runs when it is awaited; tests explain it instead. */
export const contactsQuery = (sql: Sql, page: RecordPage, { customerId, q }: ContactFilter, accessScope: AccessScope) =>
  pageQuery<Contact, 'name'>(sql, {
    columns: contactColumns(sql),
    from: sql`contacts`,
    sorts: RECORD_SORTS,
    page,
    where: [
      ...given(customerId, (id) => sql`customer_id = ${id}`),
      ...ofOwnCustomers(sql, accessScope, customerId === undefined ? null : sql`${customerId}::text`),
    ],
    oneOf: q === undefined ? [] : [holdsText(sql, sql`name`, q), holdsText(sql, sql`email`, q)],
  });

export interface ProductFilter {
  readonly family?: string | undefined;
  /** A text that the name contains. */
  readonly q?: string | undefined;
}

/** Products have no owner, so every role sees all of them. */
export const listProducts = (sql: Sql, page: RecordPage, filter: ProductFilter): Promise<Listed<Product>> =>
  readPage(productsQuery(sql, page, filter), page.limit);

/** The query of `listProducts`, which runs when it is awaited; tests explain it instead. */
export const productsQuery = (sql: Sql, page: RecordPage, { family, q }: ProductFilter) =>
  pageQuery<Product, 'name'>(sql, {
    columns: productColumns(sql),
    from: sql`products`,
    sorts: RECORD_SORTS,
    page,
    where: [
      ...given(family, (value) => sql`family = ${value}`),
      ...given(q, (text) => holdsText(sql, sql`name`, text)),
    ],
  });
