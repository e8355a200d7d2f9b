import { useQueries } from '@tanstack/react-query';
import { $api } from '../data/api.ts';
import { foundOf, missingIn, READ_AT_ONCE } from './found-options.ts';
import type { Found, MultiPickerProps, PickerProps } from './picker-props.ts';
import { type PickerSearch, usePickerSearch } from './picker-search.ts';
import { RecordPicker, RecordsPicker } from './record-picker.tsx';

interface OfCustomer {
  /** The customer whose contacts there are to choose from; null: none can be chosen yet. */
  readonly customer: string | null;
}

function useContacts(customer: string | null, search: PickerSearch, chosen: readonly string[]): Found {
  const query = { ...search.query, customerId: customer ?? '', limit: READ_AT_ONCE, sort: 'name' as const };
  const list = $api.useQuery('get', '/v1/contacts', { params: { query } }, { enabled: customer !== null });
  const missing = missingIn(list, chosen);
  const singles = useQueries({
    queries: missing.map((id) => $api.queryOptions('get', '/v1/contacts/{id}', { params: { path: { id } } })),
  });
  return foundOf(list, missing, singles);
}

const CUSTOMER_FIRST = 'Choose the customer first.';

/** Picks a contact of one customer by name. */
export function ContactPicker({ customer, ...props }: PickerProps & OfCustomer) {
  const search = usePickerSearch();
  const found = useContacts(customer, search, props.value === null ? [] : [props.value]);
  if (customer === null) return <RecordPicker {...props} found={found} disabled description={CUSTOMER_FIRST} />;
  return <RecordPicker {...props} search={search} found={found} />;
}

/** Picks several contacts of one customer by name. */
export function ContactsPicker({ customer, ...props }: MultiPickerProps & OfCustomer) {
  const search = usePickerSearch();
  const found = useContacts(customer, search, props.value);
  if (customer === null) return <RecordsPicker {...props} found={found} disabled description={CUSTOMER_FIRST} />;
  return <RecordsPicker {...props} search={search} found={found} />;
}
