import type { RequestHandler } from 'express';
import { type ApiKey, findApiKey } from '../../db/api-keys.ts';
import type { Sql } from '../../db/connect.ts';
import { problem } from '../problem.ts';
import { setCaller } from '../request.ts';

/** A revoked key works on for at most this long in a process that knew it. */
const KEY_LIFE_MS = 10_000;
/** Keys remembered, found or not: more than any organisation has, few enough to forget all at once. */
const MAX_REMEMBERED = 10_000;

/** Lets nobody past without a key: `Authorization: Bearer KEY`, or `X-API-Key: KEY`. */
export function authenticate(sql: Sql): RequestHandler {
  const remembered = new Map<string, { found: ApiKey; until: number }>();

  const find = async (key: string): Promise<ApiKey | undefined> => {
    const now = Date.now();
    const known = remembered.get(key);
    if (known !== undefined && known.until > now) return known.found;
    const found = await findApiKey(sql, key);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    if (found === undefined) remembered.delete(key);
    else remembered.set(key, { found, until: now + KEY_LIFE_MS });
    return found;
  };

  return async (request, _response, next) => {
    const key = /^Bearer +(\S+)$/i.exec(request.get('Authorization') ?? '')?.[1] ?? request.get('X-API-Key');
    if (key === undefined) throw problem('unauthenticated', 'Send an API key: Authorization: Bearer KEY.');
    const found = await find(key);
    if (found === undefined) throw problem('unauthenticated', 'The API key is not known, or was revoked.');
    setCaller(request, found);
    next();
  };
}
