import { createHash, randomBytes } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { LRUCache } from 'lru-cache';

const COOKIE = 'allot_codec';
const SESSION_MS = 8 * 60 * 60 * 1_000;
const MAX_SESSIONS = 1_000;

/**
 * The people who signed in, for a Temporal UI whose users send cookies instead of a token. The cookie is a random name
 * for the key, which stays in this process, and the key is checked at each request: once it is revoked, the cookie is
 * worth nothing.
 */
export class CodecSessions {
  readonly #isSecure: boolean;
  readonly #credentials = new LRUCache<string, string>({ max: MAX_SESSIONS, ttl: SESSION_MS, ttlAutopurge: false });

  constructor(isSecure: boolean) {
    this.#isSecure = isSecure;
  }

  /** Lets a request with a cookie go on as if it had sent the key. */
  readonly asCredential: RequestHandler = (request, _response, next) => {
    const id = cookieOf(request);
    const credential = id === undefined ? undefined : this.#credentials.get(nameOf(id));
    const { headers } = request;
    if (credential !== undefined && headers.authorization === undefined && headers['x-api-key'] === undefined)
      headers.authorization = `Bearer ${credential}`;
    next();
  };

  begin(response: Response, credential: string): void {
    const id = randomBytes(32).toString('base64url');
    this.#credentials.set(nameOf(id), credential);
    response.cookie(COOKIE, id, { ...this.#attributes, maxAge: SESSION_MS });
  }

  end(request: Request, response: Response): void {
    const id = cookieOf(request);
    if (id !== undefined) this.#credentials.delete(nameOf(id));
    response.clearCookie(COOKIE, this.#attributes);
  }

  /** No script reads the cookie, and no page of another site sends it. */
  get #attributes() {
    return { httpOnly: true, sameSite: 'strict', secure: this.#isSecure, path: '/' } as const;
  }
}

const nameOf = (id: string): string => createHash('sha256').update(id).digest('base64');

const cookieOf = (request: Request): string | undefined =>
  new RegExp(`(?:^|; )${COOKIE}=([\\w-]{43})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1];
