import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { ActionableError, lineOf, systemCode } from './failure.ts';

/** How many calls one client has under way at most: enough to hide the round trip without flooding the API. */
export const MAX_CALLS_AT_ONCE = 16;

/** A list of 500 events takes seconds on a busy machine. After this time the answer counts as lost. */
const ANSWER_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** How long one call is retried: long enough for a person to start the system again. */
const PATIENCE_MS = 120_000;
const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 10_000;

const UNAUTHENTICATED = 401;
const TOO_MANY_REQUESTS = 429;

/** Answers that depend on the moment and not on the request: the same call may succeed later. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([TOO_MANY_REQUESTS, 502, 503, 504]);

const Problem = z.object({
  code: z.string().default('unknown'),
  detail: z.string().optional(),
  title: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
});

/** The API refused the call, and would refuse it again. */
export class ApiRefusal extends ActionableError {
  readonly status: number;
  readonly code: string;

  constructor(call: Call, status: number, problem: z.infer<typeof Problem>) {
    const fields = problem.errors.map(({ field, message }) => `${field}: ${message}`);
    const why = [problem.detail ?? problem.title ?? 'no reason given', ...fields].join('; ');
    const hint = status === UNAUTHENTICATED ? ' (check ALLOT_API_KEY)' : '';
    super(`The API refused ${call.method} ${call.path} with ${status} ${problem.code}: ${why}${hint}`);
    this.status = status;
    this.code = problem.code;
  }
}

interface ClientOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly patienceMs?: number;
}

interface Call {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Why a call did not get through; a retry may. */
interface Trouble {
  readonly reason: string;
  readonly retryAfterMs: number | null;
}

/**
 * Calls the API over HTTP. Only for calls that are safe to repeat: GET, PUT, and POST with an idempotency key or with a
 * key in each event. A lost answer, 429, 502, 503 and 504 are retried for `patienceMs` (120 s), after the wait that
 * `Retry-After` asks for.
 */
export class ApiClient {
  readonly url: string;
  readonly #apiKey: string;
  readonly #patienceMs: number;
  readonly #closing = new AbortController();
  /** Called before each wait with its reason and length. */
  onWait: (reason: string, waitMs: number) => void = () => {};
  readonly #agent = new Agent({
    connections: MAX_CALLS_AT_ONCE,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });

  constructor({ url, apiKey, patienceMs = PATIENCE_MS }: ClientOptions) {
    this.url = url.replace(/\/+$/, '');
    this.#apiKey = apiKey;
    this.#patienceMs = patienceMs;
    // Every call under way listens for the end, so Node.js must not warn of many listeners.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Throws at once when no Allot API answers at the address, or when the API does not accept the key. */
  async assertUsable(): Promise<void> {
    let status: number;
    try {
      ({ status } = await this.#send({ method: 'GET', path: '/healthz' }));
    } catch (error) {
      const why = systemCode(error) ?? lineOf(error);
      throw new ActionableError(
        `No server answers at ${this.url} (${why}): start Allot, or set ALLOT_URL to the address of its API.`,
      );
    }
    if (status !== 200 && !PASSING_STATUSES.has(status))
      throw new ActionableError(
        `${this.url}/healthz answered ${status}: is that Allot? Set ALLOT_URL to the address of its API.`,
      );
    await this.call({ method: 'GET', path: '/v1/settings' }, z.unknown());
  }

  /**
   * The answer's body, read by the schema. Throws `ApiRefusal` for an answer of 400 and above that waiting does not
   * change.
   */
  async call<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.infer<Schema>> {
    const { status, text } = await this.#persist(call);
    const body = parsed(text);
    if (status >= 400)
      throw new ApiRefusal(call, status, Problem.safeParse(body).data ?? { code: 'unknown', errors: [] });
    const read = schema.safeParse(body);
    if (read.success) return read.data;
    throw new ActionableError(
      `The API's answer to ${call.method} ${call.path} does not have the expected form: ${z.prettifyError(read.error)}`,
    );
  }

  /** Ends every call that is under way or waiting for its next try. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#agent.destroy();
  }

  async #persist(call: Call): Promise<Answer> {
    const deadline = performance.now() + this.#patienceMs;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#attempt(call);
      if ('status' in outcome) return outcome;
      const waitMs = outcome.retryAfterMs ?? backoffMs(attempt);
      if (performance.now() + waitMs > deadline) throw this.#gaveUp(call, outcome.reason);
      this.onWait(outcome.reason, waitMs);
      await sleep(waitMs, undefined, { signal: this.#closing.signal });
    }
  }

  async #attempt(call: Call): Promise<Answer | Trouble> {
    try {
      const answer = await this.#send(call);
      if (!PASSING_STATUSES.has(answer.status)) return answer;
      return { reason: `it answered ${answer.status}`, retryAfterMs: answer.retryAfterMs };
    } catch (error) {
      if (this.#closing.signal.aborted) throw error;
      return { reason: systemCode(error) ?? lineOf(error), retryAfterMs: null };
    }
  }

  async #send({ method, path, body, idempotencyKey }: Call): Promise<Answer & { retryAfterMs: number | null }> {
    const response = await request(`${this.url}${path}`, {
      dispatcher: this.#agent,
      signal: this.#closing.signal,
      method,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const retryAfterMs = retryAfter(response.headers['retry-after']);
    return { status: response.statusCode, text: await response.body.text(), retryAfterMs };
  }

  #gaveUp(call: Call, reason: string): ActionableError {
    const seconds = Math.round(this.#patienceMs / 1000);
    return new ActionableError(
      `The API at ${this.url} did not take ${call.method} ${call.path} for ${seconds} s (${reason}). Make sure that it ` +
        'runs, then repeat the command: it goes on where it stopped, and nothing counts twice.',
    );
  }
}

/** Doubles with each attempt up to a limit, less a random part: calls that failed together do not retry together. */
const backoffMs = (attempt: number): number =>
  Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (1 - Math.random() / 2);

/** `Retry-After`, given in seconds or as a date, within limits; null when it is missing or cannot be read. */
function retryAfter(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.min(MAX_WAIT_MS, Math.max(FIRST_WAIT_MS, ms));
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
