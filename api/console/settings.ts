import type { TokenSettings } from '../access/token-settings.ts';

/** How people sign in to the console with the issuer of tokens. */
export interface IssuerSignIn {
  readonly issuer: string;
  /** The name under which the issuer knows the console. */
  readonly clientId: string;
  /** What the console asks for, separated by spaces. */
  readonly scope: string;
  /** The API that the access token is for. Issuers that know no `audience` ignore it. */
  readonly audience: string;
}

/** How the API serves the console; see docs/operations.md. */
export interface ConsoleSettings {
  /** Null: people sign in with an API key. */
  readonly signIn: IssuerSignIn | null;
  /** The origins that the console may call beside its own: where the issuer answers. */
  readonly issuerOrigins: readonly string[];
  /** The origins whose pages may frame the agent panel. */
  readonly panelAncestors: readonly string[];
}

const DEFAULT_SCOPE = 'openid profile email';
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/** Throws with a message that names the variable when a value is not valid. */
export function readConsoleSettings(
  tokens: TokenSettings | null,
  env: NodeJS.ProcessEnv = process.env,
): ConsoleSettings {
  const signIn = issuerSignIn(tokens, env);
  const further = originsIn('ALLOT_CONSOLE_ISSUER_ORIGINS', env);
  return {
    signIn,
    issuerOrigins: signIn === null ? [] : [...new Set([new URL(signIn.issuer).origin, ...further])],
    panelAncestors: originsIn('ALLOT_PANEL_ANCESTORS', env),
  };
}

function issuerSignIn(tokens: TokenSettings | null, env: NodeJS.ProcessEnv): IssuerSignIn | null {
  const clientId = env.ALLOT_CONSOLE_CLIENT_ID ?? '';
  if (clientId === '') return null;
  if (tokens === null)
    throw new Error('ALLOT_CONSOLE_CLIENT_ID is set, but no issuer is: set JWT_ISSUER and JWT_AUDIENCE as well.');
  const { issuer, audience } = tokens;
  if (!isSafeAddress(issuer))
    throw new Error(
      `JWT_ISSUER is ${issuer}: people can sign in there only when it is an https address (http on this machine).`,
    );
  const scope = env.ALLOT_CONSOLE_SCOPE || DEFAULT_SCOPE;
  if (!SCOPE.test(scope))
    throw new Error(`ALLOT_CONSOLE_SCOPE is ${scope}: it must be names separated by single spaces.`);
  return { issuer, clientId, scope, audience };
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

function originsIn(name: string, env: NodeJS.ProcessEnv): string[] {
  const listed = (env[name] ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  return [...new Set(listed.map((origin) => checkedOrigin(name, origin)))];
}

/** A wildcard is refused: the panel also compares the sender of a message with this list, letter by letter. */
function checkedOrigin(name: string, given: string): string {
  const origin = /^https?:\/\/[^\s;'"*]+$/i.test(given) && URL.canParse(given) ? new URL(given).origin : undefined;
  if (origin !== undefined && [origin, `${origin}/`].includes(given.toLowerCase())) return origin;
  throw new Error(
    `${name} names ${given}: list origins such as https://desk.example.com, separated by commas, without a path or *.`,
  );
}
