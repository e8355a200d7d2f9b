import { oneOf, textParam } from '../data/search-params.ts';

/** The ready-made views of the list, as the API names them. */
export const VIEWS = ['all', 'active', 'waiting', 'draft', 'expired', 'canceled', 'renewed'] as const;

const SORTED_BY = ['name', 'startDate', 'endDate', 'remainingTerm', 'updatedAt'] as const;

/** The orders that the API knows; `-` in front sorts in descending order. */
export const SORTS = SORTED_BY.flatMap((name) => [name, `-${name}`] as const);

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const dayParam = (value: unknown) => (typeof value === 'string' && DAY.test(value) ? value : undefined);

/** What the address of the list holds. */
export const listSearch = (search: Record<string, unknown>) => ({
  view: oneOf(VIEWS, search.view),
  q: textParam(search.q),
  sort: oneOf(SORTS, search.sort),
  customer: textParam(search.customer),
  product: textParam(search.product),
  owner: textParam(search.owner),
  tier: textParam(search.tier),
  endsAfter: dayParam(search.endsAfter),
  endsBefore: dayParam(search.endsBefore),
  renewed: oneOf(['true', 'false'] as const, search.renewed),
  cursor: textParam(search.cursor),
});
export type ListSearch = ReturnType<typeof listSearch>;

/** The API searches by this many letters and more. */
const SHORTEST_SEARCH = 2;

/** The same as the API takes it, without the page. */
export const listFilters = ({ customer, product, q, cursor: _page, ...same }: ListSearch) => ({
  ...same,
  q: q !== undefined && [...q].length >= SHORTEST_SEARCH ? q : undefined,
  customerId: customer,
  productId: product,
});
