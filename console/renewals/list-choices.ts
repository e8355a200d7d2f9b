import type { Stage } from './words.ts';

/** How the renewals are laid out: a list by decision date, or a board by stage. */
export const VIEWS = ['list', 'board'] as const;

/** Which renewals are shown: those that somebody can still decide unless told otherwise. */
export const OPEN = ['true', 'false', 'all'] as const;
export type Open = (typeof OPEN)[number];

export const SORTS = ['endDate', '-endDate'] as const;

/** The stages of each choice. A lapsed renewal can still be decided for a while, so it is among both. */
export const STAGES_OF: Readonly<Record<Open, readonly Stage[]>> = {
  true: ['open', 'snoozed', 'lapsed'],
  false: ['lapsed', 'accepted', 'declined', 'withdrawn'],
  all: ['open', 'snoozed', 'lapsed', 'accepted', 'declined', 'withdrawn'],
};

/** The filters of the page as the API takes them. */
export const filterOf = (open: Open, customer: string | undefined) => ({
  ...(open === 'all' ? {} : { open }),
  ...(customer === undefined ? {} : { customerId: customer }),
});
