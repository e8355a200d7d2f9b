import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { listenOnLoopback } from '../../dev/listening.ts';

/** Who signs in next, as the claims of their tokens. */
export interface Person {
  readonly sub: string;
  readonly name: string;
  readonly role: string;
  readonly email?: string;
}

interface Options {
  readonly clientId: string;
  readonly audience: string;
}

/** What a code or a refresh token stands for. */
interface Grant {
  readonly person: Person;
  readonly scope: string;
  readonly nonce: string | null;
  readonly redirectUri: string;
  readonly challenge: string;
}

/** A refusal in the words of OAuth, as JSON. */
class OAuthError extends Error {}

const MOST_BODY_BYTES = 10_000;

/**
 * A small OpenID provider over HTTP on the loopback address, for tests: discovery, a page on which the person signs in,
 * codes with PKCE (S256) that count once, and refresh tokens that change with each use. It refuses what a careful
 * provider refuses, so a client that is careless fails here too.
 */
export class OpenIdProvider {
  person: Person = { sub: 'ann', name: 'Ann Agent', role: 'csr' };
  /** How long the access tokens last that it makes from now on. */
  tokenSeconds = 300;
  /** How many tokens it has made, by grant. */
  readonly made = { authorization_code: 0, refresh_token: 0 };
  /** The parameters of the latest request to sign in. */
  asked = new URLSearchParams();
  readonly #options: Options;
  readonly #server: Server;
  readonly #codes = new Map<string, Grant>();
  readonly #refreshTokens = new Map<string, Grant>();
  readonly #redirectUris = new Set<string>();
  readonly #key: { readonly privateKey: CryptoKey; readonly jwk: JWK };
  #issuer = '';

  private constructor(options: Options, key: { readonly privateKey: CryptoKey; readonly jwk: JWK }) {
    this.#options = options;
    this.#key = key;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        const known = error instanceof OAuthError;
        sendJson(response, known ? 400 : 500, { error: known ? error.message : 'server_error' });
      });
    });
  }

  static async start(options: Options): Promise<OpenIdProvider> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
    const provider = new OpenIdProvider(options, { privateKey, jwk });
    provider.#issuer = `http://127.0.0.1:${await listenOnLoopback(provider.#server)}`;
    return provider;
  }

  get issuer(): string {
    return this.#issuer;
  }

  /** Lets the client be called back at this address. */
  register(redirectUri: string): void {
    this.#redirectUris.add(redirectUri);
  }

  /** Ends what the person's refresh tokens stand for, as an administrator of the provider can. */
  revokeRefreshTokens(): void {
    this.#refreshTokens.clear();
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.#issuer);
    response.setHeader('access-control-allow-origin', '*');
    if (request.method === 'OPTIONS') {
      response.setHeader('access-control-allow-headers', 'content-type, accept');
      response.writeHead(204).end();
    } else if (pathname === '/.well-known/openid-configuration') sendJson(response, 200, this.#discovery());
    else if (pathname === '/.well-known/jwks.json') sendJson(response, 200, { keys: [this.#key.jwk] });
    else if (pathname === '/authorize') this.#showPage(searchParams, response);
    else if (pathname === '/answer') this.#sendBack(searchParams, response);
    else if (pathname === '/token' && request.method === 'POST')
      sendJson(response, 200, await this.#tokens(new URLSearchParams(await bodyOf(request))));
    else sendJson(response, 404, { error: 'not_found' });
  }

  #discovery(): object {
    return {
      issuer: this.#issuer,
      authorization_endpoint: `${this.#issuer}/authorize`,
      token_endpoint: `${this.#issuer}/token`,
      jwks_uri: `${this.#issuer}/.well-known/jwks.json`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  /** A page where the person agrees or not. What the client asked wrongly is refused there, and not sent back. */
  #showPage(asked: URLSearchParams, response: ServerResponse): void {
    this.asked = asked;
    const isRight =
      asked.get('client_id') === this.#options.clientId &&
      asked.get('response_type') === 'code' &&
      asked.get('code_challenge_method') === 'S256' &&
      (asked.get('code_challenge') ?? '').length >= 43 &&
      (asked.get('state') ?? '') !== '' &&
      this.#redirectUris.has(asked.get('redirect_uri') ?? '');
    const link = (words: string, verdict: string) =>
      `<a href="/answer?${new URLSearchParams([...asked, ['verdict', verdict]]).toString().replaceAll('&', '&amp;')}">${words}</a>`;
    const body = isRight
      ? `<h1>Example login</h1><p>${link(`Continue as ${this.person.name}`, 'yes')}</p><p>${link('Refuse', 'no')}</p>`
      : '<h1>The client asked wrongly.</h1>';
    response.writeHead(isRight ? 200 : 400, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><title>Example login</title>${body}`);
  }

  #sendBack(asked: URLSearchParams, response: ServerResponse): void {
    const redirectUri = asked.get('redirect_uri') ?? '';
    if (!this.#redirectUris.has(redirectUri)) throw new OAuthError('invalid_request');
    const target = new URL(redirectUri);
    target.searchParams.set('state', asked.get('state') ?? '');
    target.searchParams.set('iss', this.#issuer);
    if (asked.get('verdict') !== 'yes') target.searchParams.set('error', 'access_denied');
    else {
      const code = aSecret();
      target.searchParams.set('code', code);
      this.#codes.set(code, {
        person: this.person,
        scope: asked.get('scope') ?? '',
        nonce: asked.get('nonce'),
        redirectUri,
        challenge: asked.get('code_challenge') ?? '',
      });
    }
    response.writeHead(302, { location: target.href }).end();
  }

  async #tokens(body: URLSearchParams): Promise<object> {
    if (body.get('client_id') !== this.#options.clientId) throw new OAuthError('invalid_client');
    const kind = body.get('grant_type');
    if (kind !== 'authorization_code' && kind !== 'refresh_token') throw new OAuthError('unsupported_grant_type');
    const grant = kind === 'authorization_code' ? this.#grantOfCode(body) : taken(this.#refreshTokens, body.get(kind));
    this.made[kind] += 1;
    return await this.#madeFor(grant);
  }

  #grantOfCode(body: URLSearchParams): Grant {
    const grant = taken(this.#codes, body.get('code'));
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    if (challenge !== grant.challenge || body.get('redirect_uri') !== grant.redirectUri)
      throw new OAuthError('invalid_grant');
    return grant;
  }

  async #madeFor(grant: Grant): Promise<object> {
    const { clientId, audience } = this.#options;
    const { person, nonce, scope } = grant;
    const profile = { ...person, ...(person.email === undefined ? {} : { email_verified: true }) };
    const refresh_token = aSecret();
    const keeps = scope.split(' ').includes('offline_access');
    if (keeps) this.#refreshTokens.set(refresh_token, grant);
    return {
      token_type: 'Bearer',
      expires_in: this.tokenSeconds,
      access_token: await this.#signed({ ...profile, jti: aSecret() }, audience),
      id_token: await this.#signed({ sub: person.sub, ...(nonce === null ? {} : { nonce }) }, clientId),
      ...(keeps ? { refresh_token } : {}),
    };
  }

  #signed(claims: Record<string, unknown>, audience: string): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(this.#issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1_000) + this.tokenSeconds)
      .sign(this.#key.privateKey);
  }
}

const aSecret = (): string => randomBytes(24).toString('base64url');

/** The grant that a secret stands for; it counts once. */
function taken(grants: Map<string, Grant>, secret: string | null): Grant {
  const grant = grants.get(secret ?? '');
  if (secret === null || grant === undefined) throw new OAuthError('invalid_grant');
  grants.delete(secret);
  return grant;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MOST_BODY_BYTES) throw new OAuthError('invalid_request');
  }
  return text;
}
