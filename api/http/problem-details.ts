import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { ZodError } from 'zod';
import { type Refusal, type RefusalCode, RefusalError } from '../../domain/refusals.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { AccessLog } from './access-log.ts';
import { fieldErrors } from './field-errors.ts';
import { Problem, problem } from './problem.ts';

const TITLES: Readonly<Record<RefusalCode, string>> = {
  validation_failed: 'The input is not valid',
  unauthenticated: 'An API key or a token is needed',
  forbidden: 'The role may not do this',
  not_found: 'There is no such record',
  conflict: 'The record is in the way',
  wrong_state: 'The state does not allow this',
  idempotency_conflict: 'The key came before with other content',
  not_active: 'The entitlement is not active',
  not_started: 'The entitlement has not started',
  expired: 'The entitlement has expired',
  canceled: 'The entitlement was canceled',
  exhausted: 'The entitlement is exhausted',
  channel_exhausted: 'The channel is exhausted',
  channel_not_covered: 'The channel is not covered',
  product_not_covered: 'The product is not covered',
  contact_not_covered: 'The contact is not covered',
  contact_of_other_customer: 'The contact is of another customer',
  customer_mismatch: 'The entitlement is of another customer',
  no_entitlement: 'No entitlement covers the case',
  rate_limited: 'Too many requests',
  unavailable: 'A part that is needed does not answer',
};

const RETRY_AFTER_SECONDS = 2;

export const noSuchRoute: RequestHandler = (request) => {
  throw problem('not_found', `There is no route ${request.method} ${request.path}. See /docs.`);
};

/** Turns whatever was thrown into problem details; what nobody foresaw is logged and told as a 500 without its inside. */
export function problemDetails(log: Logger, accessLog: AccessLog): ErrorRequestHandler {
  return (error, request, response, next) => {
    // The caller has had its answer, for example that it took too long: what became of the request concerns nobody.
    if (response.writableEnded) return;
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = asProblem(error);
    if (known === undefined) log.error({ err: error, method: request.method, path: request.path }, 'unforeseen');
    else accessLog(request, known);
    answerProblem(request, response, known);
  };
}

/** Answers with problem details; undefined is what nobody foresaw. */
export function answerProblem(request: Request, response: Response, known: Problem | undefined): void {
  const status = known?.status ?? 500;
  if (status === 503) response.set('Retry-After', String(RETRY_AFTER_SECONDS));
  if (status === 401) response.set('WWW-Authenticate', 'Bearer');
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(body(known, status, request.path)));
}

function body(known: Problem | undefined, status: number, path: string) {
  if (known === undefined) {
    const detail = 'The server met something that it did not foresee. Ask again with the same key.';
    return {
      type: 'urn:allot:problem:internal',
      title: 'Internal error',
      status,
      code: 'internal',
      detail,
      instance: path,
    };
  }
  const { code, detail } = known.refusal;
  const errors = known.errors.length === 0 ? {} : { errors: known.errors };
  return {
    type: `urn:allot:problem:${code}`,
    title: TITLES[code],
    status,
    code,
    detail,
    instance: path,
    ...errors,
    ...known.more,
  };
}

function asProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof RefusalError) return new Problem(error.refusal);
  if (error instanceof ZodError) return fromZod(error);
  if (typeof error !== 'object' || error === null) return undefined;
  // What express and its body parser throw carries a type and a status.
  if ('type' in error && error.type === 'entity.too.large')
    return new Problem({ code: 'validation_failed', detail: 'The body is too large.', field: 'body' }, { status: 413 });
  if ('type' in error && error.type === 'entity.parse.failed')
    return problem('validation_failed', 'The body is not valid JSON: check its quotes, commas and brackets.', 'body');
  if ('type' in error && typeof error.type === 'string' && /^(charset|encoding)\./.test(error.type))
    return new Problem({ code: 'validation_failed', detail: 'The body must be JSON in UTF-8.' }, { status: 415 });
  if (error instanceof URIError || ('status' in error && error.status === 400))
    return problem('validation_failed', 'The request cannot be read.', error instanceof URIError ? 'path' : 'body');
  if ('code' in error && typeof error.code === 'string' && isDatabaseAway(error.code))
    return problem('unavailable', 'The database does not answer. Ask again with the same key.');
  return undefined;
}

/**
 * Connection failures of the driver and of the operating system; a server that is starting or stopping, that ended a
 * statement or a transaction because it took too long, or that takes no writes at the moment.
 */
const isDatabaseAway = (code: string): boolean =>
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND|CONNECT|CONNECTION_)/.test(code) ||
  /^(57014|57P0[1-5]|25P0[34]|25006|55P03|08...|53...|40...)$/.test(code);

function fromZod(error: ZodError): Problem {
  const all = fieldErrors(error);
  const errors = all.slice(0, MAX_LISTED);
  const told = errors
    .slice(0, MAX_TOLD)
    .map(({ field, message }) => (field === '' ? `The body ${message}` : `${field}: ${message}`));
  return new Problem({ code: 'validation_failed', detail: `${told.join('; ')}${moreThan(all.length)}` }, { errors });
}

function moreThan(count: number): string {
  if (count <= MAX_TOLD) return '';
  const listed = count > MAX_LISTED ? `the first ${MAX_LISTED} are in errors` : 'see errors';
  return `; and ${count - MAX_TOLD} more, ${listed}`;
}

/** The same as a refusal of one of many inputs: the first wrong field is the one to blame. */
export function refusalOf(error: ZodError): Refusal {
  const { refusal, errors } = fromZod(error);
  const field = errors[0]?.field;
  return field === undefined || field === '' ? refusal : { ...refusal, field };
}

/** In so many words; the rest stands in `errors`. */
const MAX_TOLD = 3;
/** In `errors`: an answer does not grow with a body that is wrong everywhere. */
const MAX_LISTED = 20;
