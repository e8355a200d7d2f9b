import { REFUSAL_STATUS, type Refusal, type RefusalCode, RefusalError } from '../../domain/refusals.ts';

/** A refusal as RFC 9457 problem details: with the fields that are wrong, and more members where a route has them. */
export class Problem extends RefusalError {
  override readonly name = 'Problem';
  readonly errors: readonly FieldError[];
  readonly status: number;
  /** More members of the answer. */
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

/** `validation_failed`: the cursor was changed, or belongs to another list. */
export const invalidCursor = (): Problem =>
  problem('validation_failed', 'The cursor is not valid for this list. Pass nextCursor unchanged.', 'cursor');

/** What `work` refuses names its field within `part` of the input; fields of `outside` stand where they are. */
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
