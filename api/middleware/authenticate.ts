import type { RequestHandler } from 'express';
import { problem } from '../../gateway/problem.ts';
import { type BearerTokens, isToken } from '../bearer-tokens.ts';
import { type Identity, setIdentity } from '../identity.ts';
import type { KnownKeys } from '../known-keys.ts';

/** Lets nobody past without a key or a token: `Authorization: Bearer …`, or `X-API-Key: KEY`. */
export function authenticate(keys: KnownKeys, tokens: BearerTokens | null): RequestHandler {
  const lookUp = async (credential: string): Promise<Identity> => {
    if (!isToken(credential)) return await keys.lookUp(credential);
    if (tokens === null)
      throw problem('unauthenticated', 'Tokens are not taken here: no issuer is set. Send an API key.');
    return await tokens.lookUp(credential);
  };

  return (request, _response, next) => {
    const credential = /^Bearer +(\S+)$/i.exec(request.get('Authorization') ?? '')?.[1] ?? request.get('X-API-Key');
    if (credential === undefined)
      throw problem('unauthenticated', 'Send an API key or a token: Authorization: Bearer KEY.');
    const known = keys.remembered(credential) ?? tokens?.remembered(credential);
    if (known !== undefined) {
      setIdentity(request, known);
      next();
      return undefined;
    }
    return lookUp(credential).then((identity) => {
      setIdentity(request, identity);
      next();
    });
  };
}
