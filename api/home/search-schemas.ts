import { z } from 'zod';
import { search } from '../http/schemas.ts';

const DEFAULT_LIMIT = 8;
const MAX_LIMIT = 20;

/** The query of the global search. */
export const searchQuery = z.strictObject({
  q: search.meta({
    description:
      'An id, or text to find in names and titles, in upper or lower case; a text of two letters matches the ' +
      'beginning of words',
  }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .meta({ description: 'The most records of each kind' }),
});
