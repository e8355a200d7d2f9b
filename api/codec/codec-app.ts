import { createHash, timingSafeEqual } from 'node:crypto';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import type { Logger } from '../../runtime/logger.ts';
import { MissingPayloadKey } from '../../temporal/encryption/payload-codec.ts';
import type { PayloadEncryption } from '../../temporal/encryption/payload-encryption.ts';
import { authenticate } from '../access/authenticate.ts';
import { BearerTokens } from '../access/bearer-tokens.ts';
import type { KnownKeys } from '../access/known-keys.ts';
import type { TokenSettings } from '../access/token-settings.ts';
import { createAccessLog } from '../http/access-log.ts';
import { type Identity, setIdentity } from '../http/identity.ts';
import { FailedAuthentications, limitRequests } from '../http/limit-requests.ts';
import type { LimitSettings } from '../http/limit-settings.ts';
import { Problem, problem } from '../http/problem.ts';
import { noSuchRoute, problemDetails } from '../http/problem-details.ts';
import { requirePrivilege } from '../http/require-privilege.ts';
import { CodecSessions } from './codec-sessions.ts';
import type { CodecSettings } from './codec-settings.ts';
import { crossOrigin } from './cross-origin.ts';
import { payloadsFrom, payloadsTo } from './payload-json.ts';
import { answerSignInPage } from './sign-in-page.ts';

/** More than a page of a history has. */
const BODY_LIMIT = '16mb';
/** Who asks with the secret part of the path. */
const WITH_PATH: Identity = { name: 'Temporal UI', role: 'system_administrator', email: null };

interface CodecParts {
  readonly encryption: Pick<PayloadEncryption, 'codec'>;
  readonly settings: CodecSettings;
  readonly keys: KnownKeys;
  /** Null where no issuer of tokens is configured. */
  readonly tokens: TokenSettings | null;
  readonly limits: LimitSettings;
  readonly log: Logger;
}

/**
 * The codec endpoint of the Temporal UI and of its command line: `POST /decode` and `POST /encode` with payloads as
 * JSON. It answers only callers who may open the Temporal UI: with a key, with a token, with the cookie of a person who
 * signed in at `/`, or with the secret part of the path.
 */
export function createCodecApp({ encryption, settings, keys, tokens, limits, log }: CodecParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', limits.trustProxy);
  app.use(neverStored);
  const sessions = new CodecSessions(settings.isSecure);
  const bearerTokens = tokens === null ? null : new BearerTokens(tokens);
  const failures = new FailedAuthentications(limits, log);
  const known = authenticate({ keys, tokens: bearerTokens, failures });
  const allowed = [...limitRequests(limits, log), mayReadPayloads];

  app.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });
  app.get('/', (_request, response) => answerSignInPage(response, { note: null }));
  app.post(
    '/session',
    ownPage,
    express.urlencoded({ extended: false, limit: '16kb' }),
    credentialOfForm,
    known,
    ...allowed,
    (request, response) => {
      sessions.begin(response, String(request.get('Authorization')).slice('Bearer '.length));
      answerSignInPage(response, { note: 'You are signed in for eight hours.' });
    },
  );
  app.post('/session/end', ownPage, (request, response) => {
    sessions.end(request, response);
    answerSignInPage(response, { note: 'You are signed out.' });
  });
  app.use('/session', signInFailed);

  const codec = encryption.codec;
  for (const work of ['decode', 'encode'] as const) {
    const answer: RequestHandler = async (request, response) => {
      response.json(payloadsTo(await codec[work](payloadsFrom(request.body))));
    };
    const asked = [...allowed, express.json({ limit: BODY_LIMIT }), answer];
    app.use([`/${work}`, `/:secret/${work}`], crossOrigin(settings.origins));
    app.post(`/${work}`, sessions.asCredential, known, ...asked);
    app.post(`/:secret/${work}`, withPath(settings.pathSecret, failures), ...asked);
  }
  app.use(noSuchRoute);
  app.use(missingKey);
  app.use(problemDetails(log, createAccessLog(log, withoutSecret), withoutSecret));
  return app;
}

/** A path without the secret in front of its last part. */
const withoutSecret = ({ path }: Request): string => path.replace(/^\/.+(?=\/(?:de|en)code$)/, '/…');

const neverStored: RequestHandler = (_request, response, next) => {
  response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  next();
};

const mayReadPayloads: RequestHandler = (request, _response, next) => {
  requirePrivilege(request, 'open_temporal_ui');
  next();
};

/** Refuses forms of other pages: they could sign a person in as somebody else. */
const ownPage: RequestHandler = (request, _response, next) => {
  const { origin, host } = request.headers;
  if (origin === undefined || !URL.canParse(origin) || new URL(origin).host !== host)
    throw problem('forbidden', 'Sign in on the page of this server.');
  next();
};

const credentialOfForm: RequestHandler = (request, _response, next) => {
  const { credential } = request.body as { credential?: unknown };
  request.headers.authorization = `Bearer ${typeof credential === 'string' ? credential.trim() : ''}`;
  next();
};

/** A person gets the page again instead of problem details. */
const signInFailed: ErrorRequestHandler = (error, _request, response: Response, next) => {
  if (!(error instanceof Problem)) return next(error);
  const note = { 401: 'This key or token does not work.', 429: 'Too many attempts. Wait a minute.' }[error.status];
  response.status(error.status);
  answerSignInPage(response, { note: note ?? 'This key or token may not read payloads.' });
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Lets a caller in who knows the secret part of the path. Another one has failed to authenticate, as with a wrong key. */
const withPath =
  (secret: string | null, failures: FailedAuthentications): RequestHandler =>
  async (request, response, next) => {
    const given = String(request.params.secret);
    if (secret === null || !timingSafeEqual(digest(given), digest(secret))) {
      await failures.count(request, response);
      throw problem('unauthenticated', 'An API key or a token is needed. Send the header Authorization: Bearer KEY.');
    }
    setIdentity(request, WITH_PATH);
    next();
  };

/** The Temporal UI shows the text of a refusal. */
const missingKey: ErrorRequestHandler = (error, _request, _response, next) =>
  next(error instanceof MissingPayloadKey ? problem('unavailable', error.message) : error);
