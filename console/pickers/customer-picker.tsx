import { $api } from '../data/api.ts';
import { type PickerProps, RecordPicker } from './record-picker.tsx';

const SHOWN = 20;
/** The API searches by two letters and more. */
const SHORTEST = 2;

function useCustomers(search: string, chosen: string | null) {
  const q = search.trim().length >= SHORTEST ? { q: search.trim() } : {};
  const list = $api.useQuery('get', '/v1/customers', { params: { query: { ...q, limit: SHOWN } } });
  const one = $api.useQuery(
    'get',
    '/v1/customers/{id}',
    { params: { path: { id: chosen ?? '' } } },
    { enabled: chosen !== null },
  );
  const found = list.data?.items ?? [];
  const all = one.data === undefined || found.some(({ id }) => id === chosen) ? found : [one.data, ...found];
  return { options: all.map(({ id, name }) => ({ value: id, label: name })), isFetching: list.isFetching };
}

/** Picks a customer by name. */
export const CustomerPicker = (props: PickerProps) => <RecordPicker useOptions={useCustomers} {...props} />;
