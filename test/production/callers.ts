import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../../db/postgres/sql.ts';
import { unique } from '../support/unique.ts';

interface Target {
  readonly id: string;
  readonly customerId: string;
}

interface CallersOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly targets: readonly Target[];
  readonly pauseMs?: number;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const CALLERS = 12;
/** Between two calls, unless it is said otherwise: the processors are needed for what is tested. */
const PAUSE_MS = 100;
const AGAIN_AFTER_MS = 100;
/** A caller that got no answer within this hangs. */
const GIVES_UP_MS = 60_000;
const UNAVAILABLE = 503;

/**
 * A case system: a dozen callers that send cases and their later events to live entitlements, each one call after the other,
 * through the load balancer. A caller that is told 503, or whose connection breaks, sends the same call again with the same
 * key until it succeeds.
 */
export class Callers {
  /** Keys of the events that were answered with success, with the entitlement that must have them. */
  readonly acknowledged = new Map<string, string>();
  /** Answers that are neither a success nor a 503, with their call. */
  readonly wrong: string[] = [];
  unavailable = 0;
  /** Calls whose connection broke before they were answered. */
  broken = 0;
  /** From the first try of a call to its success. */
  longestWaitMs = 0;
  readonly #url: string;
  readonly #apiKey: string;
  readonly #targets: Target[];
  readonly #callers: Promise<void>[];
  readonly #pauseMs: number;
  #isStopped = false;
  #isGivenUp = false;

  constructor({ url, apiKey, targets, pauseMs = PAUSE_MS }: CallersOptions) {
    this.#pauseMs = pauseMs;
    this.#url = url;
    this.#apiKey = apiKey;
    this.#targets = [...targets];
    this.#callers = Array.from({ length: CALLERS }, (_, n) => this.#run(n));
  }

  /** Every caller finishes its call; after a failure, one that still has no success gives up. */
  async stop({ giveUp = false } = {}): Promise<void> {
    this.#isStopped = true;
    this.#isGivenUp = giveUp;
    await Promise.all(this.#callers);
  }

  /** Begins to count waits again, and answers the longest until now. */
  longestWaitSoFar(): number {
    const longest = this.longestWaitMs;
    this.longestWaitMs = 0;
    return longest;
  }

  async #run(caller: number): Promise<void> {
    for (let turn = caller; !this.#isStopped; turn += CALLERS) {
      await sleep(this.#pauseMs);
      const target = this.#targets[turn % this.#targets.length];
      if (target === undefined) return;
      const id = unique('case');
      const attached = { id, customerId: target.customerId, entitlementId: target.id };
      if (!(await this.#succeed(target, `/v1/cases`, attached, `${id}:attach`))) continue;
      if (turn % 2 === 0) await this.#succeed(target, `/v1/cases/${id}/resolve`, { minutes: 5 }, `${id}:resolve`);
      if (turn % 4 === 0) await this.#succeed(target, `/v1/cases/${id}/reactivate`, {}, `${id}:reactivate`);
    }
  }

  /** Whether the call succeeded in the end; it is only given up for an answer that is wrong. */
  async #succeed(target: Target, path: string, body: object, key: string): Promise<boolean> {
    const startedAt = performance.now();
    while (!this.#isGivenUp) {
      const answer = await this.#call(path, body, key).catch(() => undefined);
      const waitedMs = performance.now() - startedAt;
      this.longestWaitMs = Math.max(this.longestWaitMs, waitedMs);
      if (answer === undefined) this.broken += 1;
      else if (answer.status === UNAVAILABLE) this.unavailable += 1;
      else if (answer.status < 300) {
        this.acknowledged.set(key, target.id);
        return true;
      } else {
        this.wrong.push(`${path} (${key}): ${answer.status} ${JSON.stringify(answer.body)}`);
        return false;
      }
      await sleep(AGAIN_AFTER_MS);
    }
    return false;
  }

  async #call(path: string, body: object, key: string): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${this.#apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    };
    const signal = AbortSignal.timeout(GIVES_UP_MS);
    const response = await fetch(this.#url + path, { method: 'POST', headers, body: JSON.stringify(body), signal });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
}

/** Acknowledged events that the ledger of their entitlement does not have exactly once. */
export async function notOnceInLedger(sql: Sql, { acknowledged }: Callers): Promise<string[]> {
  const rows = await sql<{ key: string; entitlement: string }[]>`
    select key, entitlement_id as entitlement from ledger where key = any(${[...acknowledged.keys()]})`;
  const found = new Map<string, string[]>();
  for (const { key, entitlement } of rows) found.set(key, [...(found.get(key) ?? []), entitlement]);
  return [...acknowledged].flatMap(([key, entitlement]) => {
    const entitlements = found.get(key) ?? [];
    return entitlements.length === 1 && entitlements[0] === entitlement ? [] : [`${key}: ${entitlements.join(', ')}`];
  });
}
