import { Agent, fetch } from 'undici';
import { AllotClient, type ClientOptions } from './client.ts';
import { ActionableError, lineOf, systemCode } from './failure.ts';
import { isPassing } from './persistent-fetch.ts';

export { connectionFrom } from './connection.ts';
export { terminalMessage } from './terminal.ts';

/** How many calls one client has under way at most: enough to hide the round trip without flooding the API. */
export const MAX_CALLS_AT_ONCE = 16;

const CONNECT_TIMEOUT_MS = 5_000;
const HEALTH_TIMEOUT_MS = 60_000;
const OK = 200;

/** The client of a program on Node.js: with at most 16 connections. `close` it when the program is done. */
export class NodeClient extends AllotClient {
  readonly #agent: Agent;

  constructor(options: ClientOptions) {
    const agent = new Agent({
      connections: MAX_CALLS_AT_ONCE,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      // The client itself decides when an answer counts as lost.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    super({ fetch: (url, init) => fetch(url, { ...init, dispatcher: agent }), ...options });
    this.#agent = agent;
  }

  /** Throws at once when no Allot API answers at the address, or when the API does not accept the key. */
  async assertUsable(): Promise<void> {
    const status = await this.#health();
    if (status !== OK && !isPassing(status))
      throw new ActionableError(
        `${this.url}/healthz answered ${status}: is that Allot? Set ALLOT_URL to the address of its API.`,
      );
    await this.get('/v1/settings');
  }

  /** The status of one single call: the caller of a wrong address should not wait. */
  async #health(): Promise<number> {
    try {
      const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
      const answer = await fetch(`${this.url}/healthz`, { dispatcher: this.#agent, signal });
      await answer.text();
      return answer.status;
    } catch (error) {
      throw new ActionableError(
        `No server answers at ${this.url} (${systemCode(error) ?? lineOf(error)}): start Allot, or set ALLOT_URL to ` +
          'the address of its API.',
      );
    }
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#agent.destroy();
  }
}

export const createNodeClient = (options: ClientOptions): NodeClient => new NodeClient(options);
