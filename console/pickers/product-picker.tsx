import { useQueries } from '@tanstack/react-query';
import { $api } from '../data/api.ts';
import { foundOf, missingIn, READ_AT_ONCE } from './found-options.ts';
import type { Found, MultiPickerProps, PickerProps } from './picker-props.ts';
import { type PickerSearch, usePickerSearch } from './picker-search.ts';
import { RecordPicker, RecordsPicker } from './record-picker.tsx';

function useProducts(search: PickerSearch, chosen: readonly string[]): Found {
  const query = { ...search.query, limit: READ_AT_ONCE, sort: 'name' as const };
  const list = $api.useQuery('get', '/v1/products', { params: { query } }, { placeholderData: (before) => before });
  const missing = missingIn(list, chosen);
  const singles = useQueries({
    queries: missing.map((id) => $api.queryOptions('get', '/v1/products/{id}', { params: { path: { id } } })),
  });
  return foundOf(list, missing, singles);
}

/** Picks a product by name. */
export function ProductPicker(props: PickerProps) {
  const search = usePickerSearch();
  return <RecordPicker {...props} search={search} found={useProducts(search, chosenOf(props.value))} />;
}

/** Picks several products by name. */
export function ProductsPicker(props: MultiPickerProps) {
  const search = usePickerSearch();
  return <RecordsPicker {...props} search={search} found={useProducts(search, props.value)} />;
}

const chosenOf = (id: string | null): readonly string[] => (id === null ? [] : [id]);
