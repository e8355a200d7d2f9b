import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';

/** A body that is not said to be JSON would be passed over in silence: 415 instead. */
export const requireJson: RequestHandler = (request, _response, next) => {
  const hasBody = request.get('Transfer-Encoding') !== undefined || Number(request.get('Content-Length') ?? 0) > 0;
  if (hasBody && !request.is('application/json'))
    throw new Problem(
      { code: 'validation_failed', detail: 'Send the body as application/json.', field: 'Content-Type' },
      { status: 415 },
    );
  next();
};
