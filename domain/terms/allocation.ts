/** `cases` counts cases, `hours` counts whole minutes, `unlimited` counts nothing. */
export type AllocationType = 'cases' | 'hours' | 'unlimited';
/** When a case takes its term: as soon as it attaches, or when it resolves. */
export type DecreaseOn = 'creation' | 'resolution';

/** The most cases or minutes of a term: far above any contract, and small enough that sums stay exact. */
export const MAX_TERM = 100_000_000;
