import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { isRole, type Role } from '../../domain/access/roles.ts';
import { isStorable, OWN_NAME } from '../../domain/input-limits.ts';
import type { Identity } from '../http/identity.ts';
import { type Problem, problem } from '../http/problem.ts';
import { isSeenWhole } from './access-schemas.ts';
import type { TokenSettings } from './token-settings.ts';

/** Signatures alone that only the issuer can make: no shared secrets, and never `none`. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** Clocks of issuer and API may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** A token with a key that is not listed has the list read again, at most this often. */
const KEY_SET_COOLDOWN_MS = 5_000;
const KEY_SET_TIMEOUT_MS = 3_000;
/** Tokens remembered: those of a large organisation's people at work, some ten megabytes. */
const MAX_REMEMBERED = 5_000;
const MAX_NAME = 200;
const MAX_EMAIL = 320;

/** Reads the signed tokens (JWT) of one issuer. A token is verified once and believed until it expires. */
export class BearerTokens {
  private readonly settings: TokenSettings;
  private readonly keySet: JWTVerifyGetKey;
  private readonly verified = new Map<string, { identity: Identity; until: number }>();

  constructor(settings: TokenSettings) {
    this.settings = settings;
    this.keySet = createRemoteJWKSet(settings.keySetUrl, {
      cooldownDuration: KEY_SET_COOLDOWN_MS,
      timeoutDuration: KEY_SET_TIMEOUT_MS,
    });
  }

  /** Whom a token names that was verified before and has not expired. */
  remembered(token: string): Identity | undefined {
    const known = this.verified.get(token);
    return known !== undefined && known.until > Date.now() ? known.identity : undefined;
  }

  /**
   * Refuses `unauthenticated` for a token that is not the issuer's, not for this audience, or not valid now; `forbidden`
   * for one that names no role; `unavailable` while the issuer's keys cannot be read.
   */
  async lookUp(token: string): Promise<Identity> {
    const { payload, expiresAt } = await this.verify(token);
    const role = this.roleIn(payload);
    if (role === undefined)
      throw problem('forbidden', `The token names no role that is known here in its claim ${this.settings.roleClaim}.`);
    const name = nameIn(payload);
    if (name === undefined) throw problem('unauthenticated', 'The token names nobody.');
    const identity = { name, role, email: emailIn(payload) };
    this.remember(token, identity, expiresAt);
    return identity;
  }

  private async verify(token: string): Promise<{ payload: JWTPayload; expiresAt: number }> {
    const { issuer, audience } = this.settings;
    try {
      const { payload } = await jwtVerify(token, this.keyOf, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp'],
      });
      return { payload, expiresAt: (payload.exp ?? 0) * 1_000 };
    } catch (error) {
      throw error instanceof errors.JOSEError ? refusalOf(error) : error;
    }
  }

  /** What goes wrong here is the issuer's fault and no reason to call a token wrong, but for a key that is not listed. */
  private readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    try {
      return await this.keySet(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw problem('unavailable', "The token issuer's keys cannot be read. Ask again in a moment.");
    }
  };

  private roleIn(payload: JWTPayload): Role | undefined {
    const claim = payload[this.settings.roleClaim];
    const words: unknown[] = Array.isArray(claim) ? claim : [claim];
    return words.find((word): word is Role => typeof word === 'string' && isRole(word));
  }

  private remember(token: string, identity: Identity, until: number): void {
    const [oldest] = this.verified.keys();
    if (this.verified.size >= MAX_REMEMBERED && oldest !== undefined) this.verified.delete(oldest);
    this.verified.set(token, { identity, until });
  }
}

/** The person's name; what nobody may be called, or no ledger can keep, is passed over. */
function nameIn({ name, preferred_username, sub }: JWTPayload): string | undefined {
  for (const claim of [name, preferred_username, sub]) {
    const text = typeof claim === 'string' ? claim.trim() : '';
    const isUsable = text !== '' && text.length <= MAX_NAME && isStorable(text) && isSeenWhole(text);
    if (isUsable && text.normalize('NFKC').toLowerCase() !== OWN_NAME) return text;
  }
  return undefined;
}

/** An address that the issuer does not call proven could be anybody's, and would show somebody else's customers. */
const emailIn = ({ email, email_verified }: JWTPayload): string | null =>
  typeof email === 'string' && email.length <= MAX_EMAIL && isStorable(email) && email_verified === true ? email : null;

function refusalOf(error: errors.JOSEError): Problem {
  if (error instanceof errors.JWTExpired) return problem('unauthenticated', 'The token has expired.');
  if (error instanceof errors.JWTClaimValidationFailed)
    return problem('unauthenticated', `The token's claim ${error.claim} does not fit.`);
  if (error instanceof errors.JOSEAlgNotAllowed)
    return problem('unauthenticated', `The token must be signed with one of ${ALGORITHMS.join(', ')}.`);
  if (error instanceof errors.JWKSNoMatchingKey)
    return problem('unauthenticated', 'The token is signed with a key that its issuer does not list.');
  return problem('unauthenticated', 'The token is not valid.');
}
