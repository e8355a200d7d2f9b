import type { z } from 'zod';
import { contactRow, customerRow, productRow } from '../../api/directory/bulk-rows.ts';

/** One row's values by column; an empty value is left out. */
export type Values = Readonly<Record<string, string>>;

/** What a file of one kind may hold, and how its rows become rows of `POST /v1/bulk/…`. */
export interface Kind {
  readonly name: 'customers' | 'contacts' | 'products';
  readonly required: readonly string[];
  /** Columns that a file may leave out: they are null in all its rows then. */
  readonly optional: readonly string[];
  readonly schema: z.ZodType;
  readonly rowOf: (values: Values) => Record<string, unknown>;
  /** The column that holds a field of the API. */
  readonly columnOf: (field: string) => string;
}

const MANAGER_COLUMNS: Readonly<Record<string, string>> = {
  'accountManager.name': 'accountManagerName',
  'accountManager.email': 'accountManagerEmail',
};

const asItIs = (values: Values): Record<string, unknown> => values;

/** In the order of import: a contact needs its customer. */
export const KINDS: readonly Kind[] = [
  {
    name: 'customers',
    required: ['id', 'type', 'name'],
    optional: ['timeZone', 'accountManagerName', 'accountManagerEmail', 'tier'],
    schema: customerRow,
    rowOf: ({ accountManagerName, accountManagerEmail, ...values }) =>
      accountManagerName === undefined && accountManagerEmail === undefined
        ? values
        : { ...values, accountManager: { name: accountManagerName, email: accountManagerEmail } },
    columnOf: (field) => MANAGER_COLUMNS[field] ?? field,
  },
  {
    name: 'contacts',
    required: ['id', 'customerId', 'name'],
    optional: ['email'],
    schema: contactRow,
    rowOf: asItIs,
    columnOf: (field) => field,
  },
  {
    name: 'products',
    required: ['id', 'name'],
    optional: ['family'],
    schema: productRow,
    rowOf: asItIs,
    columnOf: (field) => field,
  },
];
