import openapiFetch, { type Client } from 'openapi-fetch';
import type { AnswerOf, CallOf, ItemOf, ListPath, Method, PathOf } from './call-types.ts';
import { pagesOf } from './paging.ts';
import { type Fetch, PersistentFetch } from './persistent-fetch.ts';
import type { paths } from './schema.d.ts';

/** How long a call is tried again: long enough for a person to start the system again. */
export const PATIENCE_MS = 120_000;

/** A list of 500 events takes seconds on a busy machine. After this time an answer counts as lost. */
const ANSWER_TIMEOUT_MS = 60_000;

interface Common {
  /** The address of the API: `https://allot.example.com`. */
  readonly url: string;
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** How long a call is tried again, in milliseconds. Default: two minutes; 0: never. */
  readonly patienceMs?: number;
  /** After this time without an answer an attempt counts as lost. Default: one minute. */
  readonly answerTimeoutMs?: number;
  /** Called before each wait with its reason and length. */
  readonly onWait?: (reason: string, waitMs: number) => void;
}

/** The credential is an API key, or a function that answers a token (a key or a JWT) before each attempt; null: none. */
export type ClientOptions = Common &
  (
    | { readonly apiKey: string; readonly getToken?: never }
    | { readonly apiKey?: never; readonly getToken: () => string | null | Promise<string | null> }
  );

type Untyped = (method: Method, path: string, call: object | undefined) => Promise<{ readonly data?: unknown }>;

/**
 * Calls the API with the paths, bodies and answers of its OpenAPI document. Runs in browsers and on Node.js.
 *
 * Each method throws `ApiRefusal` when the API refuses the call, and `Unanswered` when no answer comes. POST and PATCH
 * carry an `Idempotency-Key`, made by the client unless the call names one in `params.header`. So all calls but DELETE
 * are safe to repeat, and are tried again while the API is away or busy.
 */
export class AllotClient {
  readonly url: string;
  /** The same calls in the form of `openapi-fetch`, for libraries that build on it such as `openapi-react-query`. */
  readonly http: Client<paths, 'application/json'>;
  onWait: (reason: string, waitMs: number) => void;
  readonly #calls: PersistentFetch;

  constructor(options: ClientOptions) {
    const { url, patienceMs = PATIENCE_MS, answerTimeoutMs = ANSWER_TIMEOUT_MS, onWait = () => {} } = options;
    this.url = url.replace(/\/+$/, '');
    this.onWait = onWait;
    this.#calls = new PersistentFetch({
      // Looked up at each call, so that a page or a test can replace it.
      fetch: options.fetch ?? ((address, init) => fetch(address, init)),
      token: async () => (options.getToken === undefined ? options.apiKey : await options.getToken()),
      patienceMs,
      answerTimeoutMs,
      onWait: (reason, waitMs) => this.onWait(reason, waitMs),
    });
    this.http = openapiFetch<paths, 'application/json'>({
      baseUrl: this.url,
      fetch: (request) => this.#calls.send(request),
    });
  }

  get<Path extends PathOf<'get'>>(path: Path, ...[call]: CallOf<Path, 'get'>): Promise<AnswerOf<Path, 'get'>> {
    return this.#answer('get', path, call);
  }

  put<Path extends PathOf<'put'>>(path: Path, ...[call]: CallOf<Path, 'put'>): Promise<AnswerOf<Path, 'put'>> {
    return this.#answer('put', path, call);
  }

  post<Path extends PathOf<'post'>>(path: Path, ...[call]: CallOf<Path, 'post'>): Promise<AnswerOf<Path, 'post'>> {
    return this.#answer('post', path, call);
  }

  patch<Path extends PathOf<'patch'>>(path: Path, ...[call]: CallOf<Path, 'patch'>): Promise<AnswerOf<Path, 'patch'>> {
    return this.#answer('patch', path, call);
  }

  delete<Path extends PathOf<'delete'>>(
    path: Path,
    ...[call]: CallOf<Path, 'delete'>
  ): Promise<AnswerOf<Path, 'delete'>> {
    return this.#answer('delete', path, call);
  }

  /** The pages of a list, each read when it is asked for. `query.limit` is the size of a page, `query.cursor` the begin. */
  pages<Path extends ListPath>(
    path: Path,
    ...[call]: CallOf<Path, 'get'>
  ): AsyncGenerator<AnswerOf<Path, 'get'>, void> {
    return pagesOf((next) => this.#answer<AnswerOf<Path, 'get'>>('get', path, next), call);
  }

  /** The entries of a list, page by page as they are read. `query.limit` is the size of a page. */
  async *items<Path extends ListPath>(path: Path, ...[call]: CallOf<Path, 'get'>): AsyncGenerator<ItemOf<Path>, void> {
    const pages = pagesOf((next) => this.#answer<{ items: ItemOf<Path>[] }>('get', path, next), call);
    for await (const { items } of pages) yield* items;
  }

  /** The types come from the OpenAPI document, which the API keeps to: what it answers is not checked again. */
  async #answer<Answer>(method: Method, path: string, call: object | undefined): Promise<Answer> {
    const { data } = await (this.http.request as Untyped)(method, path, call);
    return data as Answer;
  }

  /** Ends every call that is under way or waits for its next try. */
  async close(): Promise<void> {
    this.#calls.abort();
  }
}

/** The client of a browser or any other place with `fetch`. On Node.js, `createNodeClient` limits connections too. */
export const createClient = (options: ClientOptions): AllotClient => new AllotClient(options);
