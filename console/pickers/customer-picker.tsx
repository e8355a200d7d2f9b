import { useQueries } from '@tanstack/react-query';
import { $api } from '../data/api.ts';
import { foundOf, missingIn } from './found-options.ts';
import type { PickerProps } from './picker-props.ts';
import { usePickerSearch } from './picker-search.ts';
import { RecordPicker } from './record-picker.tsx';

const SHOWN = 20;

/** Picks a customer by name. */
export function CustomerPicker(props: PickerProps) {
  const search = usePickerSearch();
  const query = { ...search.query, limit: SHOWN };
  const list = $api.useQuery('get', '/v1/customers', { params: { query } }, { placeholderData: (before) => before });
  const missing = missingIn(list, props.value === null ? [] : [props.value]);
  const singles = useQueries({
    queries: missing.map((id) => $api.queryOptions('get', '/v1/customers/{id}', { params: { path: { id } } })),
  });
  return <RecordPicker {...props} search={search} found={foundOf(list, missing, singles)} />;
}
