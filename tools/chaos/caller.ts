import { Client, Connection } from '@temporalio/client';
import { Pool } from 'undici';
import type { ChaosStack } from './stack.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly prefer?: string;
  /** Which of the APIs, counted around. */
  readonly api: number;
  readonly withinMs: number;
}

const CONNECTIONS = 64;
const CONNECT_WITHIN_MS = 3_000;
const SIGNAL_WITHIN_MS = 10_000;

/** The connections of the clients: to each API, and to Temporal as a case system of its own. */
export class Caller {
  readonly #pools: readonly Pool[];
  readonly #headers: Readonly<Record<string, string>>;
  readonly #stack: ChaosStack;
  readonly #connected: Promise<Client>[] = [];
  #temporal: Promise<Client> | undefined;

  constructor(stack: ChaosStack) {
    this.#stack = stack;
    this.#pools = stack.apiUrls.map(
      (url) => new Pool(url, { connections: CONNECTIONS, connect: { timeout: CONNECT_WITHIN_MS } }),
    );
    this.#headers = { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' };
  }

  /** Rejects where no answer comes in time, or the connection breaks. */
  async http({ method, path, body, key, prefer, api, withinMs }: HttpCall): Promise<HttpAnswer> {
    const pool = this.#pools[api % this.#pools.length];
    if (pool === undefined) throw new RangeError('The stack has no API.');
    const headers = {
      ...this.#headers,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(prefer === undefined ? {} : { prefer }),
    };
    const answer = await pool.request({
      method,
      path,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(withinMs),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: text === '' ? {} : JSON.parse(text) };
  }

  /** Sends a signal to an entitlement's workflow; resolves once Temporal has it. */
  async signal(entitlementId: string, name: string, content: object): Promise<void> {
    if (this.#temporal === undefined) {
      this.#temporal = this.#connect();
      this.#connected.push(this.#temporal);
    }
    const connected = this.#temporal;
    try {
      const client = await connected;
      await client.withDeadline(Date.now() + SIGNAL_WITHIN_MS, () =>
        client.workflow.getHandle(`entitlement/${entitlementId}`).signal(name, content),
      );
    } catch (error) {
      // A connection that fell silent stays so: the next signal gets another one. The old one is not closed before the
      // end, because a call on it may be about to be tried again, and gRPC throws then.
      if (this.#temporal === connected) this.#temporal = undefined;
      throw error;
    }
  }

  async #connect(): Promise<Client> {
    const { clientTemporalAddress: address, namespace } = this.#stack;
    return new Client({
      connection: await Connection.connect({ address, connectTimeout: SIGNAL_WITHIN_MS }),
      namespace,
    });
  }

  async end(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.destroy()));
    for (const connected of this.#connected)
      await connected.then(({ connection }) => connection.close()).catch(() => undefined);
  }
}
