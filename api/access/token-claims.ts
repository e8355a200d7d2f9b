import type { JWTHeaderParameters, JWTPayload } from 'jose';

/** The clocks of issuer and API may differ by this much. */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** What the header `typ` of an access token may be; RFC 9068 gives the first, most issuers the second, some none. */
const ACCESS_TOKEN_TYPES = new Set(['at+jwt', 'jwt']);

/** Claims that only ID tokens (OpenID Connect) and security events (RFC 8417) have. */
const CLAIMS_OF_OTHERS = ['at_hash', 'c_hash', 's_hash', 'events'] as const;
/** What issuers write into the payload of a token that is no access token, in lower case. */
const USES_OF_OTHERS = new Set(['id', 'refresh', 'offline', 'logout']);

/**
 * Why a token whose signature is right is no access token for now, in words for the caller; undefined if it is one. An ID
 * token proves to a client who signed in, and says nothing of what the client may do here. `maxSeconds` is the longest
 * life of a token.
 */
export function whyNotAccepted(
  header: JWTHeaderParameters,
  payload: JWTPayload,
  { maxSeconds, nowMs }: { readonly maxSeconds: number; readonly nowMs: number },
): string | undefined {
  if (!hasAccessType(header.typ) || isOfOtherUse(payload))
    return 'The token is not an access token. Send the access token, not the ID token.';
  const now = nowMs / 1_000;
  const { iat, exp = Number.POSITIVE_INFINITY } = payload;
  if (iat !== undefined && iat > now + CLOCK_TOLERANCE_SECONDS)
    return 'The claim iat of the token lies in the future. Set the clock of the issuer.';
  if (exp - Math.min(iat ?? now, now) > maxSeconds + CLOCK_TOLERANCE_SECONDS)
    return `The claim exp of the token is not accepted here: a token may live at most ${maxSeconds} seconds.`;
  return undefined;
}

const hasAccessType = (typ: unknown): boolean =>
  typ === undefined ||
  (typeof typ === 'string' && ACCESS_TOKEN_TYPES.has(typ.toLowerCase().replace(/^application\//, '')));

function isOfOtherUse(payload: JWTPayload): boolean {
  const { typ, token_use } = payload;
  const isOther = (use: unknown) => typeof use === 'string' && USES_OF_OTHERS.has(use.toLowerCase());
  return isOther(typ) || isOther(token_use) || CLAIMS_OF_OTHERS.some((claim) => payload[claim] !== undefined);
}
