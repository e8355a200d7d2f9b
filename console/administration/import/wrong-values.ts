import { FIELDS, type ImportKind } from './import-choices.ts';

/** What is wrong with a value, in the words of the API; null: nothing that can be seen without asking it. */
type Check = (value: string) => string | null;

const ID = /^[A-Za-z0-9._:@~-]{1,200}$/;
const id: Check = (value) => (ID.test(value) ? null : 'must have 1 to 200 characters from A-Z a-z 0-9 . _ : @ ~ -');
const EMAIL = /^[^\s@]+@[^\s@]+\.[A-Za-z]{2,}$/;
const LONGEST_EMAIL = 320;
const email: Check = (value) =>
  EMAIL.test(value) && value.length <= LONGEST_EMAIL ? null : 'must be an e-mail address such as ann@example.com';
const text =
  (longest: number): Check =>
  (value) =>
    value.trim() === '' || value.trim().length > longest ? `must have 1 to ${longest} characters` : null;
const name = text(200);
const type: Check = (value) => (value === 'account' || value === 'contact' ? null : 'must be account or contact');

const zone: Check = (value) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return null;
  } catch {
    return 'must be an IANA time zone such as Europe/Berlin';
  }
};

const CHECKS: Readonly<Record<ImportKind, Readonly<Record<string, Check>>>> = {
  customers: { id, type, name, timeZone: zone, accountManagerName: name, accountManagerEmail: email, tier: text(40) },
  contacts: { id, customerId: id, name, email },
  products: { id, name, family: text(200) },
};

/**
 * The first field of a row that the API would refuse, and why: a required value is missing, or a value is not what its
 * field takes. The API has the last word, because only it knows which customers there are.
 */
export function wrongValue(
  values: Readonly<Record<string, string>>,
  kind: ImportKind,
): { readonly field: string; readonly detail: string } | null {
  for (const field of FIELDS[kind].required)
    if (values[field] === undefined) return { field, detail: `${field} is missing.` };
  for (const [field, check] of Object.entries(CHECKS[kind])) {
    const value = values[field];
    const wrong = value === undefined ? null : check(value);
    if (wrong !== null) return { field, detail: `${field} ${wrong}.` };
  }
  return halfAManager(values);
}

function halfAManager({ accountManagerName, accountManagerEmail }: Readonly<Record<string, string>>) {
  if ((accountManagerName === undefined) === (accountManagerEmail === undefined)) return null;
  const field = accountManagerName === undefined ? 'accountManagerName' : 'accountManagerEmail';
  return { field, detail: `${field} is missing: an account manager has a name and an e-mail address.` };
}
