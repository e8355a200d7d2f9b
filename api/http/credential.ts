import type { Request } from 'express';

const LOOKS_LIKE_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Whether it is a token: three parts with dots between them. API keys have no dots. */
export const isToken = (credential: string): boolean => LOOKS_LIKE_TOKEN.test(credential);

/** Long enough to tell keys apart in a log, and far too short to guess the rest. */
const SHOWN_LENGTH = 12;

/** The key or token of a request: `Authorization: Bearer …`, or `X-API-Key: …`. */
export const credentialOf = (request: Request): string | undefined =>
  /^Bearer +(\S+)$/i.exec(request.get('Authorization') ?? '')?.[1] ?? request.get('X-API-Key');

/** Whether it looks like an API key. */
export const isKeyLike = (credential: string | undefined): boolean => credential !== undefined && !isToken(credential);

/** The first characters of an API key, for logs and limits; undefined for a token. */
export function keyPrefixOf(request: Request): string | undefined {
  const credential = credentialOf(request);
  return credential !== undefined && isKeyLike(credential) ? credential.slice(0, SHOWN_LENGTH) : undefined;
}
