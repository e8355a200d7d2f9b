import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { isRole, ROLES, type Role } from '../../domain/access/roles.ts';
import { isStorable, OWN_NAME } from '../../domain/input-limits.ts';
import type { Identity } from '../http/identity.ts';
import { type Problem, problem } from '../http/problem.ts';
import { isSeenWhole } from './seen-names.ts';
import { CLOCK_TOLERANCE_SECONDS, whyNotAccepted } from './token-claims.ts';
import type { TokenSettings } from './token-settings.ts';

/** Signatures that only the issuer can make: no shared secrets, and never `none`. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** Longer than the tokens of issuers that list many groups, and short enough to remember thousands. */
const MAX_TOKEN_CHARS = 8_192;
/** A token signed with an unlisted key causes the list to be read again, at most this often. */
const KEY_SET_COOLDOWN_MS = 5_000;
const KEY_SET_TIMEOUT_MS = 3_000;
/** The most tokens that are remembered: those of a large organisation, some ten megabytes. */
const MAX_REMEMBERED = 5_000;
const MAX_NAME = 200;
const MAX_EMAIL = 320;

/** Reads the signed tokens (JWT) of one issuer. A token is verified once and believed until it expires. */
export class BearerTokens {
  private readonly settings: TokenSettings;
  private readonly keySet: JWTVerifyGetKey;
  /** Without a resolution the cache needs no timers. */
  private readonly verified = new LRUCache<string, Identity>({
    max: MAX_REMEMBERED,
    ttlResolution: 0,
    perf: { now: () => Date.now() },
  });

  constructor(settings: TokenSettings) {
    this.settings = settings;
    this.keySet = createRemoteJWKSet(settings.keySetUrl, {
      cooldownDuration: KEY_SET_COOLDOWN_MS,
      timeoutDuration: KEY_SET_TIMEOUT_MS,
    });
  }

  /** Whom a token names, if it was verified before and has not expired. */
  remembered(token: string): Identity | undefined {
    return this.verified.get(token);
  }

  /**
   * Whom a token names. Refuses `unauthenticated` for a token that is not the issuer's, is not for this audience, is not
   * valid now, or is no access token; `forbidden` for one that names no role; and `unavailable` while the issuer's keys
   * cannot be read.
   */
  async lookUp(token: string): Promise<Identity> {
    const { payload, expiresAt } = await this.verify(token);
    const role = this.roleIn(payload);
    if (role === undefined)
      throw problem(
        'forbidden',
        `The token must name a role in its claim ${this.settings.roleClaim}: one of ${ROLES.join(', ')}.`,
      );
    const name = nameIn(payload);
    if (name === undefined)
      throw problem(
        'unauthenticated',
        'The token names nobody: one of its claims name, preferred_username and sub must be a name.',
      );
    const identity = { name, role, email: emailIn(payload) };
    // A token that expired a moment ago, within the tolerance, is verified each time.
    const ttl = expiresAt - Date.now();
    if (ttl > 0) this.verified.set(token, identity, { ttl });
    return identity;
  }

  private async verify(token: string): Promise<{ payload: JWTPayload; expiresAt: number }> {
    const { issuer, audience, maxSeconds } = this.settings;
    if (token.length > MAX_TOKEN_CHARS)
      throw problem('unauthenticated', `The token is too long: it may have at most ${MAX_TOKEN_CHARS} characters.`);
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.keyOf, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp'],
      });
      const why = whyNotAccepted(protectedHeader, payload, { maxSeconds, nowMs: Date.now() });
      if (why !== undefined) throw problem('unauthenticated', why);
      return { payload, expiresAt: (payload.exp ?? 0) * 1_000 };
    } catch (error) {
      throw error instanceof errors.JOSEError ? refusalOf(error) : error;
    }
  }

  /**
   * Only an unlisted key makes the token invalid; any other failure here is the issuer's, and refused as `unavailable`.
   */
  private readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    try {
      return await this.keySet(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw problem('unavailable', "The token issuer's keys cannot be read. Send the request again in a moment.");
    }
  };

  private roleIn(payload: JWTPayload): Role | undefined {
    const claim = payload[this.settings.roleClaim];
    const words: unknown[] = Array.isArray(claim) ? claim : [claim];
    return words.find((word): word is Role => typeof word === 'string' && isRole(word));
  }
}

/** The person's name: the first claim that a ledger can store and that nobody could mistake for another name. */
function nameIn({ name, preferred_username, sub }: JWTPayload): string | undefined {
  for (const claim of [name, preferred_username, sub]) {
    const text = typeof claim === 'string' ? claim.trim() : '';
    const isUsable = text !== '' && text.length <= MAX_NAME && isStorable(text) && isSeenWhole(text);
    if (isUsable && text.normalize('NFKC').toLowerCase() !== OWN_NAME) return text;
  }
  return undefined;
}

/**
 * The e-mail address, if the issuer says that it is verified: an unverified one could show somebody else's customers.
 */
const emailIn = ({ email, email_verified }: JWTPayload): string | null =>
  typeof email === 'string' && email.length <= MAX_EMAIL && isStorable(email) && email_verified === true ? email : null;

function refusalOf(error: errors.JOSEError): Problem {
  if (error instanceof errors.JWTExpired) return problem('unauthenticated', 'The token has expired. Send a new one.');
  if (error instanceof errors.JWTClaimValidationFailed)
    return problem('unauthenticated', `The claim ${error.claim} of the token is missing or not accepted here.`);
  if (error instanceof errors.JOSEAlgNotAllowed)
    return problem('unauthenticated', `The token must be signed with one of ${ALGORITHMS.join(', ')}.`);
  if (error instanceof errors.JWKSNoMatchingKey)
    return problem('unauthenticated', 'The token is signed with a key that its issuer does not list. Send a new one.');
  return problem('unauthenticated', 'The token is not valid. Send a token of the configured issuer.');
}
