import type { Server } from 'node:http';
import type { Client } from '@temporalio/client';
import { createApp } from '../../api/app.ts';
import { readConsoleSettings } from '../../api/console/settings.ts';
import { readLimitSettings } from '../../api/http/limit-settings.ts';
import { createLedgerStore } from '../../db/ledger/ledger.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { portOf } from '../../dev/listening.ts';
import { createLogger } from '../../runtime/logger.ts';
import type { LedgerStore } from '../../workflows/entitlements/ports.ts';

/** When an API dies: at its so many-th write from now on, before it or after it. */
export interface Death {
  readonly write: number;
  readonly when: 'before' | 'after';
}

/**
 * An API in this process that can die between two of its steps: whatever it has decided and not written is left to
 * others, and what it remembers is lost. Its caller gets no answer of use.
 */
export class MortalApi {
  readonly #server: Server;
  #death: Death | undefined;
  #writes = 0;
  #isDead = false;

  private constructor(sql: Sql, client: Client) {
    const log = createLogger('mortal-api');
    log.level = 'silent';
    const store = this.#mortal(createLedgerStore(sql));
    const limits = readLimitSettings({});
    const app = createApp({
      sql,
      lookups: sql,
      store,
      client,
      taskQueue: 'allot',
      log,
      tokens: null,
      allowPrivateWebhooks: true,
      limits,
      consoleSettings: readConsoleSettings(null, {}),
      temporalUi: null,
    });
    this.#server = app.listen(0, '127.0.0.1');
  }

  static async start(sql: Sql, client: Client): Promise<MortalApi> {
    const api = new MortalApi(sql, client);
    await new Promise<void>((resolve) => api.#server.once('listening', () => resolve()));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  dieAt(death: Death): void {
    this.#death = death;
    this.#writes = 0;
  }

  /** It lives on: no death is due any more. */
  spare(): void {
    this.#death = undefined;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #mortal(store: LedgerStore): LedgerStore {
    const living = () => {
      if (this.#isDead) throw new Error('This API is dead.');
    };
    return {
      write: async (batch) => {
        living();
        this.#writes += 1;
        const isLast = this.#death !== undefined && this.#writes >= this.#death.write;
        if (isLast && this.#death?.when === 'before') this.#isDead = true;
        living();
        const outcome = await store.write(batch);
        if (isLast) this.#isDead = true;
        living();
        return outcome;
      },
      loadForgotten: async (id, cases, keys) => {
        living();
        return await store.loadForgotten(id, cases, keys);
      },
      caseAt: async (id, seq) => {
        living();
        return await store.caseAt(id, seq);
      },
    };
  }
}
