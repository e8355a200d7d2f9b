import { randomUUID } from 'node:crypto';

/** An id, key or name that no other test uses: `what` and eight random characters. */
export const unique = (what: string): string => `${what}-${randomUUID().slice(0, 8)}`;
