import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';

/** Refuses a body that is not declared as JSON with 415; the body parser would ignore it silently. */
export const requireJson: RequestHandler = (request, _response, next) => {
  const hasBody = request.get('Transfer-Encoding') !== undefined || Number(request.get('Content-Length') ?? 0) > 0;
  if (hasBody && !request.is('application/json'))
    throw new Problem(
      {
        code: 'validation_failed',
        detail: 'The body must be JSON: send it with the header Content-Type: application/json.',
        field: 'Content-Type',
      },
      { status: 415 },
    );
  next();
};
