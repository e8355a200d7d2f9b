import type { RequestHandler } from 'express';
import { z } from 'zod';
import { queryOf } from './request.ts';

const NO_PARAMETERS = z.strictObject({});

/** Refuses every query parameter on a route that takes none, in the words in which lists refuse those that they do not know. */
export const refuseQuery: RequestHandler = (request, _response, next) => {
  // Cases come often, and express parses the query each time that it is asked for.
  if (request.url.includes('?')) queryOf(request, NO_PARAMETERS);
  next();
};
