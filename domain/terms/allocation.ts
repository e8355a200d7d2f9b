/** `cases` counts cases, `hours` counts whole minutes, `unlimited` counts nothing. */
export type AllocationType = 'cases' | 'hours' | 'unlimited';
export type DecreaseOn = 'creation' | 'resolution';

/** A hundred million cases or minutes: far past any contract, and sums of it stay exact. */
export const MAX_TERM = 100_000_000;
