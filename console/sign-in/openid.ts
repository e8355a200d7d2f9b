import * as oauth from 'oauth4webapi';
import { consoleStart, type IssuerSignIn } from '../data/console-start.ts';
import type { Session, TokenSession } from '../data/session.ts';

/** Where the issuer sends people back to; registered with the issuer. */
export const CALLBACK_PATH = '/sign-in/callback';

/** What the tab remembers while the person is at the issuer's page. */
interface Attempt {
  readonly state: string;
  readonly verifier: string;
  readonly nonce: string;
  /** The page that the person wanted, path and query; null in a window that another page of the console opened. */
  readonly returnTo: string | null;
}

const STORED_AS = 'allot.sign-in';
const MS_PER_SECOND = 1_000;
/** For an issuer that does not say how long its token lasts. */
const USUAL_SECONDS = 300;

const redirectUri = (): string => `${window.location.origin}${CALLBACK_PATH}`;
const clientOf = ({ clientId }: IssuerSignIn): oauth.Client => ({ client_id: clientId });

/** The API lets an issuer be http only on its own machine. */
const transport = ({ issuer }: IssuerSignIn) => ({ [oauth.allowInsecureRequests]: issuer.startsWith('http://') });

async function discover(signIn: IssuerSignIn): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(signIn.issuer);
  const answer = await oauth.discoveryRequest(issuer, transport(signIn));
  return await oauth.processDiscoveryResponse(issuer, answer);
}

/**
 * Leaves for the issuer's page, where the person signs in; `returnTo` is opened afterwards; null: the session goes to
 * the page that opened this window. Rejects when the issuer does
 * not answer, or not as an OpenID provider does.
 */
export async function leaveForIssuer(signIn: IssuerSignIn, returnTo: string | null): Promise<void> {
  const server = await discover(signIn);
  if (server.authorization_endpoint === undefined) throw new Error('The issuer has no page to sign in.');
  const attempt: Attempt = {
    state: oauth.generateRandomState(),
    verifier: oauth.generateRandomCodeVerifier(),
    nonce: oauth.generateRandomNonce(),
    returnTo,
  };
  sessionStorage.setItem(STORED_AS, JSON.stringify(attempt));
  const target = new URL(server.authorization_endpoint);
  const asked = {
    client_id: signIn.clientId,
    response_type: 'code',
    redirect_uri: redirectUri(),
    scope: signIn.scope,
    audience: signIn.audience,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) target.searchParams.set(name, value);
  window.location.assign(target);
}

/** What the person comes back with. */
export interface Arrival {
  readonly session: Session;
  readonly returnTo: string | null;
}

/** The person came back from the issuer to an address that this tab does not expect. */
export class UnexpectedReturn extends Error {
  override readonly name = 'UnexpectedReturn';

  constructor() {
    super('This tab did not ask for a sign-in, or it was answered already. Sign in again.');
  }
}

/**
 * Takes what the issuer sent back with, once, and gets the tokens for it. Rejects with `UnexpectedReturn`, or with the
 * error of the issuer.
 */
export async function arriveFromIssuer(address: URL): Promise<Arrival> {
  const attempt = takeAttempt();
  const { signIn } = await consoleStart();
  if (attempt === null || signIn === null) throw new UnexpectedReturn();
  const server = await discover(signIn);
  const client = clientOf(signIn);
  const params = oauth.validateAuthResponse(server, client, address, attempt.state);
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    params,
    redirectUri(),
    attempt.verifier,
    transport(signIn),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, { expectedNonce: attempt.nonce });
  return { session: sessionOf(tokens, null), returnTo: attempt.returnTo };
}

function takeAttempt(): Attempt | null {
  const stored: unknown = JSON.parse(sessionStorage.getItem(STORED_AS) ?? 'null');
  sessionStorage.removeItem(STORED_AS);
  return isAttempt(stored) ? stored : null;
}

const isAttempt = (value: unknown): value is Attempt =>
  typeof value === 'object' &&
  value !== null &&
  'state' in value &&
  typeof value.state === 'string' &&
  'verifier' in value &&
  typeof value.verifier === 'string' &&
  'nonce' in value &&
  typeof value.nonce === 'string' &&
  'returnTo' in value &&
  (value.returnTo === null || typeof value.returnTo === 'string');

/** The session of a refresh token; null when the issuer refuses it. Rejects when the issuer does not answer. */
export async function renewedSession(refreshToken: string): Promise<Session | null> {
  const { signIn } = await consoleStart();
  if (signIn === null) return null;
  const server = await discover(signIn);
  const client = clientOf(signIn);
  const answer = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, transport(signIn));
  try {
    return sessionOf(await oauth.processRefreshTokenResponse(server, client, answer), refreshToken);
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) return null;
    throw error;
  }
}

const sessionOf = (tokens: oauth.TokenEndpointResponse, refreshToken: string | null): TokenSession => ({
  kind: 'token',
  secret: tokens.access_token,
  expiresAt: Date.now() + (tokens.expires_in ?? USUAL_SECONDS) * MS_PER_SECOND,
  refreshToken: tokens.refresh_token ?? refreshToken,
});

/** What a person reads of an error of the issuer. */
export function issuerErrorWords(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError)
    return error.error === 'access_denied'
      ? 'The sign-in was refused or broken off at the issuer.'
      : `The issuer refused the sign-in: ${error.error_description ?? error.error}.`;
  if (error instanceof oauth.ResponseBodyError)
    return `The issuer refused the sign-in: ${error.error_description ?? error.error}.`;
  if (error instanceof UnexpectedReturn) return error.message;
  if (error instanceof TypeError) return 'The issuer does not answer. Try again in a moment.';
  return error instanceof Error ? `The sign-in failed: ${error.message}` : 'The sign-in failed.';
}
