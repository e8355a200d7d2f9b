import { ActionableError } from './failure.ts';
import { ApiRefusal, Unanswered } from './refusal.ts';

const UNAUTHENTICATED = 401;

/**
 * What a program shows of an error that the person at the terminal can act on, as one line; undefined for all other
 * errors. The program must be one that can be repeated: its keys are the same each time.
 */
export function terminalMessage(error: unknown): string | undefined {
  if (!(error instanceof ActionableError)) return undefined;
  if (error instanceof ApiRefusal && error.call.triedForMs > 0)
    return gaveUp(error.call, `it answered ${error.status}`);
  if (error instanceof Unanswered && error.call.triedForMs > 0) return gaveUp(error.call, error.reason);
  const isKeyRefused = error instanceof ApiRefusal && error.status === UNAUTHENTICATED;
  return isKeyRefused ? `${error.message} (check ALLOT_API_KEY)` : error.message;
}

const gaveUp = ({ method, path, origin, triedForMs }: ApiRefusal['call'], reason: string): string =>
  `The API at ${origin} did not take ${method} ${path} for ${Math.round(triedForMs / 1000)} s (${reason}). Make sure ` +
  'that it runs, then repeat the command: it goes on where it stopped, and nothing counts twice.';
