/** What the list of cases can be narrowed to. */
export const STATUSES = ['active', 'resolved', 'canceled'] as const;

export const SORTS = ['createdAt', '-createdAt'] as const;

/** The dialogs of a case's page, by their names in its address. */
export const CASE_DIALOGS = [
  'resolve',
  'cancel',
  'reactivate',
  'move',
  'details',
  'no-decrement',
  'decrement',
  'take-off',
] as const;
export type CaseDialog = (typeof CASE_DIALOGS)[number];

/** What the address of the list holds. */
export interface CaseListSearch {
  readonly q?: string | undefined;
  readonly status?: (typeof STATUSES)[number] | undefined;
  readonly customer?: string | undefined;
  readonly entitlement?: string | undefined;
  readonly channel?: string | undefined;
  readonly without?: 'true' | undefined;
  /** Only cases with a service level at risk. */
  readonly risk?: 'true' | undefined;
  readonly sort?: (typeof SORTS)[number] | undefined;
  readonly cursor?: string | undefined;
}
