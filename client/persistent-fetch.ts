import { lineOf, systemCode } from './failure.ts';
import { ApiRefusal, Unanswered } from './refusal.ts';

/** What the client needs of `fetch`. The `fetch` of browsers and of Node.js and that of undici all fit. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

interface FetchAnswer {
  readonly status: number;
  readonly headers: { forEach(each: (value: string, name: string) => void): void };
  text(): Promise<string>;
}

export interface PersistentFetchOptions {
  readonly fetch: Fetch;
  /** Answers the bearer token of an attempt; null sends none. */
  readonly token: () => Promise<string | null>;
  readonly patienceMs: number;
  readonly answerTimeoutMs: number;
  /** Called before each wait with its reason and length. */
  readonly onWait: (reason: string, waitMs: number) => void;
}

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 10_000;

/** Answers that depend on the moment and not on the request: the same call may succeed later. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);
export const isPassing = (status: number): boolean => PASSING_STATUSES.has(status);

/** Calls that change nothing, that set values, or that carry an idempotency key: sent twice they take effect once. */
const SAFE_TO_REPEAT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'POST', 'PATCH']);
const TAKES_KEY: ReadonlySet<string> = new Set(['POST', 'PATCH']);
const KEY = 'idempotency-key';
const KEY_BYTES = 16;

/** Statuses whose answer never has a body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** They tell of the body as it was sent. Here it has been unpacked and read. */
const TRANSFER_HEADERS = ['content-encoding', 'content-length', 'transfer-encoding'];

/**
 * Sends requests until they are answered. A lost answer, 429, 502, 503 and 504 are tried again for `patienceMs`, after
 * the wait that `Retry-After` asks for, when the call is safe to repeat. Throws `ApiRefusal` for an answer of 400 and
 * above, and `Unanswered` when no answer came.
 */
export class PersistentFetch {
  readonly #options: PersistentFetchOptions;
  readonly #underWay = new Set<AbortController>();

  constructor(options: PersistentFetchOptions) {
    this.#options = options;
  }

  /** Ends every call that is under way or waits for its next try. */
  abort(): void {
    for (const call of this.#underWay) call.abort(new DOMException('The client was closed.', 'AbortError'));
  }

  async send(request: Request): Promise<Response> {
    const whole = new AbortController();
    const stop = () => whole.abort(request.signal.reason);
    if (request.signal.aborted) stop();
    request.signal.addEventListener('abort', stop);
    this.#underWay.add(whole);
    try {
      return await this.#persist(await sentFrom(request), whole.signal);
    } finally {
      this.#underWay.delete(whole);
      request.signal.removeEventListener('abort', stop);
    }
  }

  async #persist(sent: Sent, signal: AbortSignal): Promise<Response> {
    const { patienceMs, onWait } = this.#options;
    const beganAt = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#attempt(sent, signal);
      const waitMs = outcome.retryAfterMs === null ? backoffMs(attempt) : withinLimits(outcome.retryAfterMs);
      const isOver = performance.now() + waitMs > beganAt + patienceMs;
      if (!outcome.isPassing || isOver || !SAFE_TO_REPEAT.has(sent.init.method))
        return answerOf(outcome, { ...callOf(sent), triedForMs: attempt > 0 && isOver ? patienceMs : 0 });
      onWait(outcome.reason, waitMs);
      await pause(waitMs, signal);
    }
  }

  async #attempt(sent: Sent, whole: AbortSignal): Promise<Outcome> {
    whole.throwIfAborted();
    const token = await this.#options.token();
    const attempt = new AbortController();
    const stop = () => attempt.abort(whole.reason);
    whole.addEventListener('abort', stop);
    const { answerTimeoutMs } = this.#options;
    const timer = setTimeout(() => attempt.abort(new TimedOut(answerTimeoutMs)), answerTimeoutMs);
    try {
      const headers = token === null ? sent.init.headers : { ...sent.init.headers, authorization: `Bearer ${token}` };
      const answer = await this.#options.fetch(sent.url, { ...sent.init, headers, signal: attempt.signal });
      return read(answer, await answer.text());
    } catch (error) {
      whole.throwIfAborted();
      const cause: unknown = attempt.signal.aborted ? attempt.signal.reason : error;
      return { isPassing: true, reason: systemCode(cause) ?? lineOf(cause), retryAfterMs: null, cause };
    } finally {
      clearTimeout(timer);
      whole.removeEventListener('abort', stop);
    }
  }
}

interface Sent {
  readonly url: string;
  readonly init: Omit<FetchInit, 'signal'>;
}

/** An answer, or why none came. `isPassing`: the same call may succeed later. */
type Outcome = {
  readonly isPassing: boolean;
  readonly reason: string;
  readonly retryAfterMs: number | null;
} & ({ readonly answer: { status: number; headers: Headers; text: string } } | { readonly cause: unknown });

class TimedOut extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms / 1000} s`);
  }
}

async function sentFrom(request: Request): Promise<Sent> {
  const headers: Record<string, string> = {};
  request.headers.forEach((value, name) => {
    headers[name] = value;
  });
  const { method, url } = request;
  if (TAKES_KEY.has(method)) headers[KEY] ??= newIdempotencyKey();
  const body = await request.text();
  return { url, init: { method, headers, ...(body === '' ? {} : { body }) } };
}

/** A key that no other call has. Made of random bytes, because pages that are not on https have no `randomUUID`. */
export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) => byte.toString(16).padStart(2, '0')).join('');

function callOf({ url, init: { method } }: Sent) {
  const { origin, pathname, search } = new URL(url);
  return { method, origin, path: `${pathname}${search}` };
}

function read({ status, headers }: FetchAnswer, text: string): Outcome {
  const kept = new Headers();
  headers.forEach((value, name) => {
    if (!TRANSFER_HEADERS.includes(name)) kept.append(name, value);
  });
  return {
    isPassing: isPassing(status),
    reason: `it answered ${status}`,
    retryAfterMs: retryAfterMs(kept.get('retry-after')),
    answer: { status, headers: kept, text },
  };
}

function answerOf(outcome: Outcome, call: ApiRefusal['call']): Response {
  if (!('answer' in outcome)) throw new Unanswered(call, outcome.reason, { cause: outcome.cause });
  const { status, headers, text } = outcome.answer;
  if (status >= 400) {
    const seconds = outcome.retryAfterMs === null ? null : Math.ceil(outcome.retryAfterMs / 1000);
    throw new ApiRefusal(call, status, parsed(text), seconds);
  }
  if (headers.get('content-type')?.startsWith('text/html'))
    throw new Unanswered(call, `a page came instead of JSON: is ${call.origin} Allot?`);
  return new Response(WITHOUT_BODY.has(status) ? null : text, { status, headers });
}

/** Doubles with each attempt up to a limit, less a random part: calls that failed together do not retry together. */
const backoffMs = (attempt: number): number =>
  Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (1 - Math.random() / 2);

const withinLimits = (ms: number): number => Math.min(MAX_WAIT_MS, Math.max(FIRST_WAIT_MS, ms));

/** `Retry-After`, given in seconds or as a date; null when it is missing or cannot be read. */
function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
