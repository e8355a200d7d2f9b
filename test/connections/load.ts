import { setTimeout as sleep } from 'node:timers/promises';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import type { OwnStack } from '../support/own-stack.ts';
import { unique } from '../support/unique.ts';

/** A caller that got no answer within this hangs: it gives up, which counts as so long an answer. */
const GIVES_UP_MS = 60_000;
const PAUSE_MS = 100;

/** Callers that post cases and read entitlements, each one call after the other, and note how that goes. */
export class Load {
  /** Cases whose posting was answered with success. */
  readonly acknowledged: string[] = [];
  readonly #stack: OwnStack;
  readonly #entitlements: readonly EntitlementView[];
  readonly #clients: Promise<void>[];
  readonly #wellSince: (number | undefined)[] = [];
  #stopped = false;
  #since = Number.POSITIVE_INFINITY;
  #longestMs = 0;

  constructor(stack: OwnStack, entitlements: readonly EntitlementView[], callers: number) {
    this.#stack = stack;
    this.#entitlements = entitlements;
    this.#clients = Array.from({ length: callers }, (_, n) => this.#run(n));
  }

  get longestMs(): number {
    return this.#longestMs;
  }

  /**
   * Forgets what is known of the callers' luck, and from now on notes when each first succeeds and goes on succeeding.
   */
  watch(): void {
    this.#since = performance.now();
    this.#wellSince.fill(undefined);
  }

  /** When the last of the callers began to succeed, in ms since `watch`; undefined while one of them still fails. */
  wellAfterMs(): number | undefined {
    if (this.#wellSince.length < this.#clients.length) return undefined;
    let last = 0;
    for (const at of this.#wellSince) {
      if (at === undefined) return undefined;
      last = Math.max(last, at - this.#since);
    }
    return last;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }

  async #run(client: number): Promise<void> {
    this.#wellSince[client] = undefined;
    for (let turn = client; !this.#stopped; turn += 1) {
      const { id, customerId } = this.#entitlements[turn % this.#entitlements.length] ?? {};
      const body = { id: unique('case'), customerId, entitlementId: id };
      // A caller that is told 503 asks again with the same key.
      while (!this.#stopped && (await this.#call(client, 'POST', '/v1/cases', body)) !== 201) await sleep(PAUSE_MS);
      if (!this.#stopped) await this.#call(client, 'GET', `/v1/entitlements/${id}`);
      await sleep(PAUSE_MS);
    }
  }

  async #call(client: number, method: string, path: string, body?: { readonly id: string }): Promise<number> {
    const startedAt = performance.now();
    const signal = AbortSignal.timeout(GIVES_UP_MS);
    const status = await this.#stack.ask(method, path, body, body?.id, { signal }).then(
      (answer) => answer.status,
      () => 0,
    );
    const now = performance.now();
    this.#longestMs = Math.max(this.#longestMs, now - startedAt);
    if (status === 201 && body !== undefined) this.acknowledged.push(body.id);
    const isWell = status === 200 || status === 201;
    if (!isWell) this.#wellSince[client] = undefined;
    // A success that was asked for before says nothing of the time after.
    else if (startedAt >= this.#since) this.#wellSince[client] ??= now;
    return status;
  }
}
