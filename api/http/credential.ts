import type { Request } from 'express';

const LOOKS_LIKE_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Three parts with dots between, as no API key has. */
export const isToken = (credential: string): boolean => LOOKS_LIKE_TOKEN.test(credential);

/** Enough to tell keys apart in a log, and far too little to guess the rest. */
const SHOWN_LENGTH = 12;

/** The key or token of a request: `Authorization: Bearer …`, or `X-API-Key: …`. */
export const credentialOf = (request: Request): string | undefined =>
  /^Bearer +(\S+)$/i.exec(request.get('Authorization') ?? '')?.[1] ?? request.get('X-API-Key');

/** Whether it would be an API key: a token has dots. */
export const isKeyLike = (credential: string | undefined): boolean => credential !== undefined && !isToken(credential);

/** The first characters of the API key, for logs and limits; of a token nothing. */
export function keyPrefixOf(request: Request): string | undefined {
  const credential = credentialOf(request);
  return credential !== undefined && isKeyLike(credential) ? credential.slice(0, SHOWN_LENGTH) : undefined;
}
