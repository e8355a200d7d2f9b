import type { Shapes } from '../data/api.ts';
import type { Target } from './search-targets.ts';

/** One line of the search: a record, or a page. */
export interface SearchResult {
  readonly key: string;
  readonly to: string;
  readonly label: string;
  /** Below the label: what tells records of one name apart. */
  readonly about?: string | undefined;
  readonly status?: string;
}

export interface ResultGroup {
  readonly label: string;
  readonly results: readonly SearchResult[];
}

const pathOf = (noun: string, id: string): string => `/${noun}/${encodeURIComponent(id)}`;

/** What was found, by kind, with the pages at the end; kinds without a match are left out. */
export function groupsOf(found: Shapes['SearchResults'] | undefined, targets: readonly Target[]): ResultGroup[] {
  const { customers = [], entitlements = [], cases = [] } = found ?? {};
  const groups: ResultGroup[] = [
    {
      label: 'Customers',
      results: customers.map(({ id, name, tier }) => ({
        key: `customer ${id}`,
        to: pathOf('customers', id),
        label: name,
        about: tier === null ? id : `${id}, ${tier}`,
      })),
    },
    {
      label: 'Entitlements',
      results: entitlements.map(({ id, name, customerId, customerName, status }) => ({
        key: `entitlement ${id}`,
        to: pathOf('entitlements', id),
        label: name,
        about: customerName ?? customerId,
        status,
      })),
    },
    {
      label: 'Cases',
      results: cases.map(({ id, title, customerId, customerName, status }) => ({
        key: `case ${id}`,
        to: pathOf('cases', id),
        label: title ?? id,
        about: `${title === null ? '' : `${id}, `}${customerName ?? customerId}`,
        status,
      })),
    },
    { label: 'Go to', results: targets.map(({ to, label }) => ({ key: `page ${to}`, to, label })) },
  ];
  return groups.filter(({ results }) => results.length > 0);
}
