import type { RequestHandler } from 'express';
import { idOf } from './request.ts';

/** Refuses an id in the path that cannot be one, before the route looks at anything else. */
export const requirePathId: RequestHandler = (request, _response, next) => {
  if ('id' in request.params) idOf(request);
  next();
};
