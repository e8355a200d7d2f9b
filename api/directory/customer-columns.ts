import type { Customer } from '../../db/directory/records.ts';
import type { Columns } from '../http/csv.ts';

/** A customer as a row of CSV. */
export const CUSTOMER_COLUMNS: Columns<Customer> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  type: ({ type }) => type,
  tier: ({ tier }) => tier,
  timeZone: ({ timeZone }) => timeZone,
  accountManagerName: ({ accountManager }) => accountManager?.name ?? null,
  accountManagerEmail: ({ accountManager }) => accountManager?.email ?? null,
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  updatedAt: ({ updatedAt }) => updatedAt.toISOString(),
};
