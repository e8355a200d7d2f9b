import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { ZodError } from 'zod';
import { RefusalError } from '../../domain/refusals.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { AccessLog } from './access-log.ts';
import { problems } from './http-metrics.ts';
import { Problem, problem } from './problem.ts';
import { PROBLEM_TITLES } from './problem-titles.ts';
import { validationProblem } from './validation-problem.ts';

const RETRY_AFTER_SECONDS = 2;

export const noSuchRoute: RequestHandler = (request) => {
  throw problem('not_found', `There is no route ${request.method} ${request.path}. See /docs.`);
};

/**
 * Answers whatever was thrown as problem details. An unexpected error is logged, and answered as a 500 without its
 * text. `shownPath`: what the log shows of a path that holds a secret.
 */
export function problemDetails(
  log: Logger,
  accessLog: AccessLog,
  shownPath = ({ path }: Request): string => path,
): ErrorRequestHandler {
  return (error, request, response, next) => {
    // The caller has been answered already, for example because the request took too long.
    if (response.writableEnded) return;
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = asProblem(error);
    if (known === undefined) log.error({ err: error, method: request.method, path: shownPath(request) }, 'unforeseen');
    else accessLog(request, known);
    answerProblem(request, response, known);
  };
}

/** Answers with problem details; undefined stands for an unexpected error. */
export function answerProblem(request: Request, response: Response, known: Problem | undefined): void {
  const status = known?.status ?? 500;
  problems.inc({ code: known?.refusal.code ?? 'internal' });
  if (status === 503) response.set('Retry-After', String(RETRY_AFTER_SECONDS));
  if (status === 401) response.set('WWW-Authenticate', 'Bearer');
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemBody(known, request.path)));
}

/** Problem details by RFC 9457; `path` is the path of the request. */
export function problemBody(known: Problem | undefined, path: string) {
  if (known === undefined)
    return {
      type: 'urn:allot:problem:internal',
      title: 'Internal error',
      status: 500,
      code: 'internal',
      detail: 'An unexpected error occurred. Send the request again with the same Idempotency-Key.',
      instance: path,
    };
  const { code, detail } = known.refusal;
  const errors = known.errors.length === 0 ? {} : { errors: known.errors };
  return {
    type: `urn:allot:problem:${code}`,
    title: PROBLEM_TITLES[code],
    status: known.status,
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
  if (error instanceof ZodError) return validationProblem(error);
  if (typeof error !== 'object' || error === null) return undefined;
  // Errors of express and its body parser carry a type and a status.
  if ('type' in error && error.type === 'entity.too.large')
    return new Problem(
      { code: 'validation_failed', detail: 'The body is too large. Send less at a time.', field: 'body' },
      { status: 413 },
    );
  if ('type' in error && error.type === 'entity.parse.failed')
    return problem('validation_failed', 'The body is not valid JSON: check its quotes, commas and brackets.', 'body');
  if ('type' in error && typeof error.type === 'string' && /^(charset|encoding)\./.test(error.type))
    return new Problem({ code: 'validation_failed', detail: 'The body must be JSON in UTF-8.' }, { status: 415 });
  if (error instanceof URIError)
    return problem('validation_failed', 'The path cannot be decoded: write a % sign as %25.', 'path');
  if ('status' in error && error.status === 400)
    return problem('validation_failed', 'The body cannot be read: it must be complete, and JSON in UTF-8.', 'body');
  if ('code' in error && typeof error.code === 'string' && isDatabaseAway(error.code))
    return problem('unavailable', 'The database does not answer. Send the request again with the same key.');
  return undefined;
}

/**
 * Whether a code stands for a database that is away: a failed connection of the driver or the operating system; a
 * server that is starting or stopping, that ended a statement or a transaction because it took too long, or that takes
 * no writes now.
 */
const isDatabaseAway = (code: string): boolean =>
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND|CONNECT|CONNECTION_)/.test(code) ||
  /^(57014|57P0[1-5]|25P0[34]|25006|55P03|08...|53...|40...)$/.test(code);
