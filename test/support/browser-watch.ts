import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

const watches = new WeakMap<BrowserContext, Watch>();
const FAILED = 500;
const WATCHED = ['weberror', 'console', 'dialog', 'request', 'response'] as const;

/** Writes down what must not happen in the pages of a context. */
export class Watch {
  readonly #troubles: string[] = [];
  readonly #allowed: RegExp[] = [];
  readonly #context: BrowserContext;

  constructor(context: BrowserContext, origins: readonly string[]) {
    this.#context = context;
    watches.set(context, this);
    context.on('weberror', (error) => this.#note(`page error: ${error.error().stack ?? String(error.error())}`));
    context.on('console', (message) => {
      // Chromium reports violations of the content security policy here as well.
      if (message.type() === 'error')
        this.#note(`console error: ${message.text()} (${message.location().url}, page ${message.page()?.url() ?? ''})`);
    });
    context.on('dialog', (dialog) => {
      if (dialog.type() !== 'beforeunload') this.#note(`dialog: ${dialog.type()} "${dialog.message()}"`);
      dialog.accept().catch(() => undefined);
    });
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (/^https?:|^wss?:/.test(protocol) && !origins.includes(origin)) this.#note(`asked ${request.url()}`);
    });
    context.on('response', (response) => {
      if (response.status() >= FAILED) this.#note(`answered ${response.status()}: ${response.url()}`);
    });
  }

  #note(trouble: string): void {
    this.#troubles.push(trouble);
  }

  allow(pattern: RegExp): void {
    this.#allowed.push(pattern);
  }

  /** Fails on what was not allowed, and on what was allowed and never came. From now on the context is not watched. */
  check(): void {
    watches.delete(this.#context);
    for (const event of WATCHED) this.#context.removeAllListeners(event);
    const left = this.#troubles.filter((trouble) => !this.#allowed.some((pattern) => pattern.test(trouble)));
    expect(left, 'what a page must not do').toEqual([]);
    const absent = this.#allowed.filter((pattern) => !this.#troubles.some((trouble) => pattern.test(trouble)));
    expect(absent, 'trouble that was announced and did not come').toEqual([]);
  }
}

/**
 * Says that this page will be in trouble that matches, such as `/status of 409/`: Chromium logs an error for each answer
 * from 400 on. The test then fails if it does not come.
 */
export function allowTrouble(page: Page, pattern: RegExp): void {
  const watch = watches.get(page.context());
  if (watch === undefined) throw new Error('This page was not opened by openTab.');
  watch.allow(pattern);
}
