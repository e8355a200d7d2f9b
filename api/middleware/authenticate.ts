import type { Request, RequestHandler } from 'express';
import { type ApiKey, findApiKey } from '../../db/api-keys.ts';
import type { Sql } from '../../db/connect.ts';
import { problem } from '../problem.ts';
import { setCaller } from '../request.ts';

/** A revoked key works on for at most this long in a process that knew it. */
const KEY_LIFE_MS = 10_000;
/** Keys remembered: more than any organisation has, few enough to forget all at once. */
const MAX_REMEMBERED = 10_000;

/** Lets nobody past without a key: `Authorization: Bearer KEY`, or `X-API-Key: KEY`. */
export function authenticate(sql: Sql): RequestHandler {
  const remembered = new Map<string, { found: ApiKey; until: number }>();

  const remember = (key: string, found: ApiKey) => {
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(key, { found, until: Date.now() + KEY_LIFE_MS });
  };

  return (request, _response, next) => {
    const key = /^Bearer +(\S+)$/i.exec(request.get('Authorization') ?? '')?.[1] ?? request.get('X-API-Key');
    if (key === undefined) throw problem('unauthenticated', 'Send an API key: Authorization: Bearer KEY.');
    const known = remembered.get(key);
    if (known !== undefined && known.until > Date.now()) {
      setCaller(request, known.found);
      next();
      return undefined;
    }
    return lookUp(request, key).then(() => next());
  };

  async function lookUp(request: Request, key: string): Promise<void> {
    const found = await findApiKey(sql, key);
    if (found === undefined) throw problem('unauthenticated', 'The API key is not known, or was revoked.');
    remember(key, found);
    setCaller(request, found);
  }
}
