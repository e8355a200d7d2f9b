/** What a file can hold, in the order of import: a contact needs its customer. */
export const IMPORT_KINDS = ['customers', 'contacts', 'products'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

interface KindChoice {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** The fields of each kind, by the names that `npm run import` takes as columns. */
export const FIELDS: Readonly<Record<ImportKind, KindChoice>> = {
  customers: {
    required: ['id', 'type', 'name'],
    optional: ['timeZone', 'accountManagerName', 'accountManagerEmail', 'tier'],
  },
  contacts: { required: ['id', 'customerId', 'name'], optional: ['email'] },
  products: { required: ['id', 'name'], optional: ['family'] },
};

const MANAGER_FIELDS = new Map([
  ['accountManager.name', 'accountManagerName'],
  ['accountManager.email', 'accountManagerEmail'],
]);

/** The column that holds a field of the API. */
export const columnOf = (field: string): string => MANAGER_FIELDS.get(field) ?? field;

/** A row of the API made of a row's values by field; values that are empty are left out, so they are null. */
export function apiRow({ accountManagerName, accountManagerEmail, ...values }: Readonly<Record<string, string>>) {
  if (accountManagerName === undefined && accountManagerEmail === undefined) return values;
  return { ...values, accountManager: { name: accountManagerName, email: accountManagerEmail } };
}
