import type { Request, RequestHandler, Response } from 'express';
import { credentialOf, isToken } from '../http/credential.ts';
import { type Identity, setIdentity } from '../http/identity.ts';
import type { FailedAuthentications } from '../http/limit-requests.ts';
import { Problem, problem } from '../http/problem.ts';
import type { BearerTokens } from './bearer-tokens.ts';
import type { KnownKeys } from './known-keys.ts';

const UNAUTHENTICATED = 401;

interface Ways {
  readonly keys: KnownKeys;
  /** Null where no issuer of tokens is configured. */
  readonly tokens: BearerTokens | null;
  readonly failures: FailedAuthentications;
}

/**
 * Identifies the caller by a key or a token: `Authorization: Bearer …`, or `X-API-Key: KEY`. Refuses `unauthenticated`
 * without one, `key_expired` for a key that has expired, and `rate_limited` after too many failures. A key that worked
 * in this process before is looked up even then, so that a stranger behind the same proxy cannot lock its holder out.
 */
export function authenticate({ keys, tokens, failures }: Ways): RequestHandler {
  const lookUp = async (credential: string | undefined): Promise<Identity> => {
    if (credential === undefined)
      throw problem('unauthenticated', 'An API key or a token is needed. Send the header Authorization: Bearer KEY.');
    if (!isToken(credential)) return await keys.lookUp(credential);
    if (tokens === null) throw problem('unauthenticated', 'This installation accepts no tokens. Send an API key.');
    return await tokens.lookUp(credential);
  };

  const lookUpLimited = async (
    credential: string | undefined,
    request: Request,
    response: Response,
  ): Promise<Identity> => {
    if (credential === undefined || !keys.hasWorked(credential)) await failures.assertFew(request, response);
    try {
      return await lookUp(credential);
    } catch (error) {
      if (error instanceof Problem && error.status === UNAUTHENTICATED) await failures.count(request, response);
      throw error;
    }
  };

  return (request, response, next) => {
    const credential = credentialOf(request);
    const known =
      credential === undefined ? undefined : (keys.remembered(credential) ?? tokens?.remembered(credential));
    if (known !== undefined) {
      setIdentity(request, known);
      next();
      return undefined;
    }
    return lookUpLimited(credential, request, response).then((identity) => {
      setIdentity(request, identity);
      next();
    });
  };
}
