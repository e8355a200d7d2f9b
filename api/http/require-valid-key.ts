import type { RequestHandler } from 'express';
import type { Endpoint } from './endpoint.ts';
import { keyOf } from './request.ts';

/**
 * Refuses a request whose `Idempotency-Key` is not valid, at every route that takes one: also where sending the request
 * again changes nothing anyway, so that the route itself never reads the key.
 */
export const requireValidKey =
  ({ onceOnly }: Pick<Endpoint, 'onceOnly'>): RequestHandler =>
  (request, _response, next) => {
    if (onceOnly && request.get('Idempotency-Key') !== undefined) keyOf(request);
    next();
  };
