/**
 * The one list of refusals. A refusal has the same word everywhere: as the domain's code, as the type of Temporal's
 * failure, as the `code` of a problem and in docs/errors.md. The number is the HTTP status that carries it.
 */
export const REFUSAL_STATUS = {
  validation_failed: 400,
  unauthenticated: 401,
  key_expired: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  wrong_state: 409,
  too_many_holds: 409,
  idempotency_conflict: 409,
  not_active: 422,
  not_started: 422,
  expired: 422,
  canceled: 422,
  paused: 422,
  exhausted: 422,
  channel_exhausted: 422,
  channel_not_covered: 422,
  product_not_covered: 422,
  contact_not_covered: 422,
  contact_of_other_customer: 422,
  customer_mismatch: 422,
  no_entitlement: 422,
  rate_limited: 429,
  unavailable: 503,
} as const;

export type RefusalCode = keyof typeof REFUSAL_STATUS;

export const isRefusalCode = (word: string): word is RefusalCode => Object.hasOwn(REFUSAL_STATUS, word);

/** The codes with which an entitlement turns a case away: by its status or dates, its cover, or what is left. */
export const ATTACH_REFUSAL_CODES: readonly RefusalCode[] = Object.entries(REFUSAL_STATUS).flatMap(([code, status]) =>
  isRefusalCode(code) && status === 422 && code !== 'no_entitlement' ? [code] : [],
);

/** The field that is to blame when an event of a case is refused with this code. */
export const REFUSAL_FIELD: Readonly<Partial<Record<RefusalCode, string>>> = {
  customer_mismatch: 'customerId',
  contact_not_covered: 'contactId',
  product_not_covered: 'productId',
  channel_not_covered: 'channel',
  channel_exhausted: 'channel',
  too_many_holds: 'reason',
};

/** Why something was not done, in words for the caller. `field` names the wrong input, where one input is to blame. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly field?: string;
}

/** A decision that refuses. Without a `field` it gets the one that `REFUSAL_FIELD` has for its code, if any. */
export const refuse = (code: RefusalCode, detail: string, field = REFUSAL_FIELD[code]): { refused: Refusal } => ({
  refused: field === undefined ? { code, detail } : { code, detail, field },
});

/** The refusal `validation_failed` of one field. */
export const invalid = (field: string, detail: string): Refusal => refuse('validation_failed', detail, field).refused;

/** A refusal that is thrown, by code that returns a value when all is well. */
export class RefusalError extends Error {
  override readonly name: string = 'RefusalError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** A `RefusalError` from its code and words. It names no field of its own accord, unlike `refuse`. */
export const refusalError = (code: RefusalCode, detail: string, field?: string): RefusalError =>
  new RefusalError(field === undefined ? { code, detail } : { code, detail, field });

/** A decision: what happens, or why nothing does. */
export type Decided<T> = T | { readonly refused: Refusal };

export const isRefused = <T extends object>(decided: Decided<T>): decided is { readonly refused: Refusal } =>
  'refused' in decided;
