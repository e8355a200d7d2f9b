/** The ready-made views of the list, as the API names them. */
export const VIEWS = ['all', 'active', 'waiting', 'draft', 'expired', 'canceled', 'renewed'] as const;
export type View = (typeof VIEWS)[number];

const SORTED_BY = ['name', 'startDate', 'endDate', 'remainingTerm', 'updatedAt'] as const;

/** The orders that the API knows; `-` in front sorts in descending order. */
export const SORTS = SORTED_BY.flatMap((name) => [name, `-${name}`] as const);
export type Sort = (typeof SORTS)[number];
