import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const UNAVAILABLE = 503;
const TRIES = 20;
const AGAIN_AFTER_MS = 500;

interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** The API through the load balancer. A call that is answered 503 is sent again with the same key, as callers do. */
export class ProductionApi {
  /** Answers of 503. */
  unavailable = 0;
  readonly #url: string;
  readonly #apiKey: string;

  constructor({ url, apiKey }: { url: string; apiKey: string }) {
    this.#url = url;
    this.#apiKey = apiKey;
  }

  /** What the API answers, JSON read. Throws when it does not answer. */
  async ask<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    key: string = randomUUID(),
  ): Promise<Answer<Body>> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#once<Body>(method, path, body, key);
      if (answer.status !== UNAVAILABLE) return answer;
      this.unavailable += 1;
      if (tries === TRIES) return answer;
      await sleep(AGAIN_AFTER_MS);
    }
  }

  async #once<Body>(method: string, path: string, body: unknown, key: string): Promise<Answer<Body>> {
    const headers = {
      authorization: `Bearer ${this.#apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'GET' || method === 'PUT' ? {} : { 'idempotency-key': key }),
    };
    const payload = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(this.#url + path, { method, headers, ...payload });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }
}
