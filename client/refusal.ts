import { ActionableError } from './failure.ts';
import type { components } from './schema.d.ts';

type Problem = components['schemas']['Problem'];

/** The call that an error is about. */
export interface FailedCall {
  readonly method: string;
  /** The address of the API without a path: `https://allot.example.com`. */
  readonly origin: string;
  readonly path: string;
  /** How long the call was tried again before the client gave up; 0 when the last answer ended it. */
  readonly triedForMs: number;
}

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/**
 * The API refused the call. It has the members of the problem details (RFC 9457); `code` is stable and listed in
 * docs/errors.md. An answer that is not problem details, as a proxy sends it, has the code `unknown`.
 */
export class ApiRefusal extends ActionableError {
  override readonly name = 'ApiRefusal';
  readonly call: FailedCall;
  readonly status: number;
  readonly code: Problem['code'] | 'unknown' | 'internal';
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly instance: string;
  /** The wrong fields, at most the first twenty. */
  readonly errors: readonly FieldError[];
  /** How many seconds the API asks to wait before the next try; null when it does not say. */
  readonly retryAfterSeconds: number | null;
  /** The key came before with the same content, and this is the answer that it got then. */
  readonly repeated: boolean;
  /** The body of the answer as it came, with further members; undefined when it was not JSON. */
  readonly body: unknown;

  constructor(call: FailedCall, status: number, body: unknown, retryAfterSeconds: number | null) {
    const problem = problemIn(body);
    const fields = problem.errors.map(({ field, message }) => `${field}: ${message}`);
    const why = [problem.detail || problem.title || 'no reason given', ...fields].join('; ');
    super(`The API refused ${call.method} ${call.path} with ${status} ${problem.code}: ${why}`);
    this.call = call;
    this.status = status;
    this.code = problem.code;
    this.type = problem.type;
    this.title = problem.title;
    this.detail = problem.detail;
    this.instance = problem.instance;
    this.errors = problem.errors;
    this.retryAfterSeconds = retryAfterSeconds;
    this.repeated = problem.repeated;
    this.body = body;
  }

  /** The first message of each wrong field, by the field's name. */
  get errorsByField(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const { field, message } of this.errors) if (!found.has(field)) found.set(field, message);
    return found;
  }
}

/** No answer came, so nobody knows whether the call took effect. The same call with the same key is safe to repeat. */
export class Unanswered extends ActionableError {
  override readonly name = 'Unanswered';
  readonly call: FailedCall;
  /** The system's code or message: `ECONNREFUSED`. */
  readonly reason: string;

  constructor(call: FailedCall, reason: string, options: ErrorOptions = {}) {
    super(`The API did not answer ${call.method} ${call.path} (${reason})`, options);
    this.call = call;
    this.reason = reason;
  }
}

function problemIn(body: unknown) {
  const members: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {};
  const text = (name: string): string => {
    const value = members[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    // The codes are those of this version's document; a newer API may send one that is not among them.
    code: (text('code') || 'unknown') as ApiRefusal['code'],
    type: text('type'),
    title: text('title'),
    detail: text('detail'),
    instance: text('instance'),
    errors: Array.isArray(members.errors) ? members.errors.filter(isFieldError) : [],
    repeated: members.repeated === true,
  };
}

const isFieldError = (value: unknown): value is FieldError =>
  typeof value === 'object' &&
  value !== null &&
  'field' in value &&
  typeof value.field === 'string' &&
  'message' in value &&
  typeof value.message === 'string';
