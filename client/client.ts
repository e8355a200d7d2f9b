import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { lineOf, ReplayFailure, systemCode } from './failure.ts';

/** How many calls a replay has on their way at most: enough to hide the round trip, not a flood. */
export const MAX_CALLS_AT_ONCE = 16;

/** A batch of 500 events on a busy machine takes seconds; past this the answer is taken for lost. */
const ANSWER_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** How long one call is tried again: long enough for a system to be started again by hand. */
const PATIENCE_MS = 120_000;
const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 10_000;

const UNAUTHENTICATED = 401;
const TOO_MANY_REQUESTS = 429;

/** Answers that speak of now, not of the request: the same call may well be taken later. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([TOO_MANY_REQUESTS, 502, 503, 504]);

const Problem = z.object({
  code: z.string().default('unknown'),
  detail: z.string().optional(),
  title: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
});

/** The API said no, for a reason that the same call would meet again. */
export class ApiRefusal extends ReplayFailure {
  readonly status: number;
  readonly code: string;

  constructor(call: Call, status: number, problem: z.infer<typeof Problem>) {
    const fields = problem.errors.map(({ field, message }) => `${field}: ${message}`);
    const why = [problem.detail ?? problem.title ?? 'no reason given', ...fields].join('; ');
    const hint = status === UNAUTHENTICATED ? ' (the key is ALLOT_API_KEY, or what .allot/dev-key holds)' : '';
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

/** The call did not get through, and may when tried again. */
interface Trouble {
  readonly reason: string;
  readonly retryAfterMs: number | null;
}

/**
 * Calls the API as a program outside would. Every call of a replay is safe to repeat (PUT, GET, or a POST with its
 * key), so a lost answer, 429, 502, 503 and 504 are tried again, `Retry-After` honoured, for `patienceMs` (120 s).
 */
export class ApiClient {
  readonly url: string;
  readonly #apiKey: string;
  readonly #patienceMs: number;
  readonly #closing = new AbortController();
  /** Told before each wait: why, and for how long. */
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
    // Every call under way listens for the end: many listeners are no leak here.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Refuses an address where no Allot API answers, at once, and a key that it does not take. */
  async assertUsable(): Promise<void> {
    let status: number;
    try {
      ({ status } = await this.#send({ method: 'GET', path: '/healthz' }));
    } catch (error) {
      const why = systemCode(error) ?? lineOf(error);
      throw new ReplayFailure(
        `No server answers at ${this.url} (${why}): start it with \`npm start\`, or set ALLOT_URL.`,
      );
    }
    if (status !== 200 && !PASSING_STATUSES.has(status))
      throw new ReplayFailure(`${this.url}/healthz answers ${status}: is that Allot? Set ALLOT_URL to its API.`);
    await this.call({ method: 'GET', path: '/v1/settings' }, z.unknown());
  }

  /** The answer's body, checked. Throws `ApiRefusal` for an answer of 400 and above that waiting does not change. */
  async call<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.infer<Schema>> {
    const { status, text } = await this.#persist(call);
    const body = parsed(text);
    if (status >= 400)
      throw new ApiRefusal(call, status, Problem.safeParse(body).data ?? { code: 'unknown', errors: [] });
    const read = schema.safeParse(body);
    if (read.success) return read.data;
    throw new ReplayFailure(
      `The API's answer to ${call.method} ${call.path} is not as agreed: ${z.prettifyError(read.error)}`,
    );
  }

  /** Ends every call that is still on its way or waiting for another try. */
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

  #gaveUp(call: Call, reason: string): ReplayFailure {
    const seconds = Math.round(this.#patienceMs / 1000);
    return new ReplayFailure(
      `The API at ${this.url} took no ${call.method} ${call.path} for ${seconds} s (${reason}). See that it runs, ` +
        'then give the same command again: it goes on from there, and nothing counts twice.',
    );
  }
}

/** Doubles up to a bound, less a random part, so that calls which failed together do not come back together. */
const backoffMs = (attempt: number): number =>
  Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (1 - Math.random() / 2);

/** `Retry-After` in seconds or as a date, bounded; null where there is none that makes sense. */
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
