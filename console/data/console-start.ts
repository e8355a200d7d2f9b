import { useQuery } from '@tanstack/react-query';
import { NoAnswer } from './api-problem.ts';

/** How people sign in with the issuer of tokens. */
export interface IssuerSignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly audience: string;
}

/** What the console knows before anybody signs in: `GET /console.json`. */
export interface ConsoleStart {
  readonly version: string;
  /** Null: people sign in with an API key. */
  readonly signIn: IssuerSignIn | null;
  /** The origins whose pages may frame the agent panel and send it messages. */
  readonly panelAncestors: readonly string[];
}

async function readStart(): Promise<ConsoleStart> {
  const response = await fetch('/console.json').catch(() => {
    throw new NoAnswer();
  });
  if (!response.ok) throw new NoAnswer();
  return startIn(await response.json());
}

/** The API and its console come from one build, so only what is missing is noticed. */
function startIn(value: unknown): ConsoleStart {
  const { version, signIn, panelAncestors } = recordIn(value);
  return {
    version: textIn(version),
    signIn: signIn === null ? null : issuerIn(signIn),
    panelAncestors: Array.isArray(panelAncestors) ? panelAncestors.map(textIn) : [],
  };
}

function issuerIn(value: unknown): IssuerSignIn {
  const { issuer, clientId, scope, audience } = recordIn(value);
  return { issuer: textIn(issuer), clientId: textIn(clientId), scope: textIn(scope), audience: textIn(audience) };
}

function recordIn(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new TypeError('/console.json is not what the console expects.');
  return { ...value };
}

function textIn(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('/console.json is not what the console expects.');
  return value;
}

const START = { queryKey: ['console.json'], queryFn: readStart, staleTime: Number.POSITIVE_INFINITY };

/** What the console knows before anybody signs in. */
export const useConsoleStart = () => useQuery(START);

/** The same outside a component. Rejects with `NoAnswer`. */
export const consoleStart = (): Promise<ConsoleStart> => readStart();
