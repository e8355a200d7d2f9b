import { createHash } from 'node:crypto';

/** An id that the same key always gives: a retried creation finds what the first one made. */
export const idFrom = (prefix: string, key: string): string =>
  `${prefix}_${createHash('sha256').update(`${prefix} ${key}`).digest('hex').slice(0, 24)}`;
