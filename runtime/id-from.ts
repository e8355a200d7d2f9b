import { createHash } from 'node:crypto';

/** The same id for the same prefix and key, so that a repeated creation finds what the first one made. */
export const idFrom = (prefix: string, key: string): string =>
  `${prefix}_${createHash('sha256').update(`${prefix} ${key}`).digest('hex').slice(0, 24)}`;
