import {
  type Decided,
  isRefused,
  REFUSAL_STATUS,
  type Refusal,
  type RefusalCode,
  RefusalError,
} from '../../domain/refusals.ts';

/** A refusal as RFC 9457 problem details: with the fields that are wrong, and more members where a route has them. */
export class Problem extends RefusalError {
  override readonly name = 'Problem';
  readonly errors: readonly FieldError[];
  readonly status: number;
  /** Further members of the answer. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(
    refusal: Refusal,
    options: { errors?: readonly FieldError[]; status?: number; more?: Record<string, unknown> } = {},
  ) {
    super(refusal);
    this.errors =
      options.errors ?? (refusal.field === undefined ? [] : [{ field: refusal.field, message: refusal.detail }]);
    this.status = options.status ?? REFUSAL_STATUS[refusal.code];
    this.more = options.more ?? {};
  }
}

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export const problem = (code: RefusalCode, detail: string, field?: string): Problem =>
  new Problem(field === undefined ? { code, detail } : { code, detail, field });

/** `not_found`: there is no such record; `field` names the input that asked for it. */
export const notFound = (what: string, id: string, field?: string): Problem =>
  problem('not_found', `There is no ${what} ${id}.`, field);

/** `validation_failed`: the cursor was changed, or belongs to another list. */
export const invalidCursor = (): Problem =>
  problem('validation_failed', 'The cursor is not valid for this list. Pass nextCursor unchanged.', 'cursor');

/** `idempotency_conflict`: the key was sent before with another request. */
export const keyReused = (key: string): Problem =>
  problem(
    'idempotency_conflict',
    `The key ${key} came before with other content. Use another key for another request.`,
    'Idempotency-Key',
  );

/** What was decided. Throws what was refused. */
export function granted<Result extends object>(decided: Decided<Result>): Result {
  if (isRefused(decided)) throw new Problem(decided.refused);
  return decided;
}

/**
 * Runs `work` on one part of the input. A refusal that names a field names it within that part; the fields in `outside`
 * are fields of the whole input and keep their names.
 */
export async function within<Result>(
  part: string,
  work: () => Promise<Result>,
  outside: readonly string[] = [],
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RefusalError) || error.refusal.field === undefined) throw error;
    const { code, detail, field } = error.refusal;
    throw outside.includes(field) ? error : problem(code, detail, `${part}.${field}`);
  }
}
