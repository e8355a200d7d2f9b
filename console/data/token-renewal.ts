import { endSession, presentSession, type Session, signIn, type TokenSession } from './session.ts';

/** A token is renewed when it lasts no longer than this, so that it does not run out on its way. */
const BEFORE_END_MS = 30_000;

/** Gets the next token for a refresh token; null when the issuer refuses, so that the person has to sign in again. */
type Renew = (refreshToken: string) => Promise<Session | null>;

let renewToken: Renew | undefined;
let underWay: Promise<void> | undefined;

/** Says how tokens are renewed. The part that speaks with the issuer registers itself here. */
export function renewBy(renew: Renew): void {
  renewToken = renew;
}

/**
 * The session for a call that is about to be sent: a token that is about to run out is renewed first. Calls that come
 * meanwhile wait for the same renewal, since a refresh token counts once. Null when nobody is signed in.
 */
export async function freshSession(): Promise<Session | null> {
  const session = presentSession();
  if (session?.kind !== 'token' || session.refreshToken === null) return session;
  if (session.expiresAt - Date.now() > BEFORE_END_MS || renewToken === undefined) return session;
  underWay ??= renewed(renewToken, session, session.refreshToken).finally(() => {
    underWay = undefined;
  });
  await underWay;
  return presentSession();
}

async function renewed(renew: Renew, session: TokenSession, refreshToken: string): Promise<void> {
  let next: Session | null;
  try {
    next = await renew(refreshToken);
  } catch {
    // The issuer does not answer. The call goes with the token that there is; the API says whether it is too late.
    return;
  }
  // The person may have signed out, or in as somebody else, in the meantime.
  if (presentSession() !== session) return;
  if (next === null) endSession();
  else signIn(next);
}
