import type { RequestHandler } from 'express';
import { idOf } from './request.ts';

/** Refuses an invalid id in the path before anything else is checked. */
export const requirePathId: RequestHandler = (request, _response, next) => {
  if ('id' in request.params) idOf(request);
  next();
};
