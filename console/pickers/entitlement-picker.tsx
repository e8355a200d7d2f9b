import { useQueries } from '@tanstack/react-query';
import { $api, type Shapes } from '../data/api.ts';
import { foundOf, missingIn, READ_AT_ONCE } from './found-options.ts';
import type { PickerProps } from './picker-props.ts';
import { usePickerSearch } from './picker-search.ts';
import { RecordPicker } from './record-picker.tsx';

interface EntitlementPickerProps extends PickerProps {
  /** The customer whose entitlements there are to choose from; null: none can be chosen yet. */
  readonly customer: string | null;
  /** Only those in this state, such as `active`. */
  readonly status?: Shapes['Entitlement']['status'];
}

/** Picks an entitlement of one customer by name. */
export function EntitlementPicker({ customer, status, ...props }: EntitlementPickerProps) {
  const search = usePickerSearch();
  const query = {
    ...search.query,
    ...(status === undefined ? {} : { status }),
    customerId: customer ?? '',
    limit: READ_AT_ONCE,
    sort: 'name' as const,
  };
  const list = $api.useQuery('get', '/v1/entitlements', { params: { query } }, { enabled: customer !== null });
  const missing = missingIn(list, props.value === null ? [] : [props.value]);
  const singles = useQueries({
    queries: missing.map((id) => $api.queryOptions('get', '/v1/entitlements/{id}', { params: { path: { id } } })),
  });
  const found = foundOf(list, missing, singles);
  if (customer === null)
    return <RecordPicker {...props} found={found} disabled description="Choose the customer first." />;
  return <RecordPicker {...props} search={search} found={found} />;
}
