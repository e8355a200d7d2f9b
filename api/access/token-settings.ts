/** The issuer whose tokens the API accepts, and how it reads them; see docs/operations.md. */
export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  /** The address at which the issuer lists its public keys. */
  readonly keySetUrl: URL;
  /** The claim that names the role, as a text or a list. */
  readonly roleClaim: string;
  /** The longest life of a token. */
  readonly maxSeconds: number;
}

const DEFAULT_ROLE_CLAIM = 'role';
/** A day: long enough for every issuer's access tokens, too short for a token that somebody keeps for years. */
const DEFAULT_MAX_SECONDS = 86_400;

/** Null when no `JWT_…` is set. Throws with a message that names the variable when they are incomplete or not valid. */
export function readTokenSettings(env: NodeJS.ProcessEnv = process.env): TokenSettings | null {
  const issuer = env.JWT_ISSUER || undefined;
  const audience = env.JWT_AUDIENCE || undefined;
  const keySet = env.JWT_JWKS_URL || undefined;
  const roleClaim = env.JWT_ROLE_CLAIM || undefined;
  const maxSeconds = env.JWT_MAX_SECONDS || undefined;
  if ([issuer, audience, keySet, roleClaim, maxSeconds].every((value) => value === undefined)) return null;
  if (issuer === undefined || audience === undefined)
    throw new Error('JWT_ISSUER and JWT_AUDIENCE go together: without both no token can be checked.');
  const url = keySet ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
  if (!/^https?:/.test(url) || !URL.canParse(url))
    throw new Error(`The address ${url} of the token issuer's keys is not an http address: set JWT_JWKS_URL.`);
  if (maxSeconds !== undefined && !/^[1-9]\d{0,8}$/.test(maxSeconds))
    throw new Error(`JWT_MAX_SECONDS is ${maxSeconds}: it must be a whole number of seconds, at least 1.`);
  return {
    issuer,
    audience,
    keySetUrl: new URL(url),
    roleClaim: roleClaim ?? DEFAULT_ROLE_CLAIM,
    maxSeconds: Number(maxSeconds ?? DEFAULT_MAX_SECONDS),
  };
}
