import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net';
import { listenOnLoopback, portOf } from './listening.ts';

/**
 * What goes wrong between two processes:
 * - `reset`: all connections are reset (RST) again and again; between two resets new ones work.
 * - `halfOpen`: bytes vanish in both directions, and new connections are accepted and never answered. What was open
 *   while the fault lasted stays dead after it.
 * - `frozen`: nothing is forwarded while the fault lasts, and all of it afterwards.
 * - `slow`: each piece comes late, and few bytes a second pass.
 */
export const FAULTS = ['reset', 'halfOpen', 'frozen', 'slow'] as const;
/** `cut`: all connections are closed, and new ones are closed as soon as they are made, as with a server that is gone. */
export type Fault = (typeof FAULTS)[number] | 'cut';

const RESET_EVERY_MS = 700;
const SLOW_LATENCY_MS = 150;
const SLOW_BYTES_PER_MS = 100;

/** A relay between a client and a server on this machine, with faults that are turned on and off. */
export class TcpProxy {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #links = new Set<Link>();
  readonly #server: Server;
  #fault: Fault | undefined;
  #resets: NodeJS.Timeout | undefined;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(target: { host: string; port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await listenOnLoopback(proxy.#server);
    return proxy;
  }

  get port(): number {
    return portOf(this.#server);
  }

  begin(fault: Fault): void {
    this.#fault = fault;
    for (const link of this.#links) link.suffer(fault);
    clearInterval(this.#resets);
    if (fault === 'reset') this.#resets = setInterval(() => this.#resetAll(), RESET_EVERY_MS);
  }

  end(): void {
    clearInterval(this.#resets);
    this.#fault = undefined;
    for (const link of this.#links) link.recover();
  }

  async stop(): Promise<void> {
    this.end();
    this.#resetAll();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    if (this.#fault === 'cut') {
      client.on('error', () => undefined).destroy();
      return;
    }
    const link = new Link(client, this.#target, () => this.#links.delete(link));
    this.#links.add(link);
    if (this.#fault !== undefined && this.#fault !== 'reset') link.suffer(this.#fault);
  }

  #resetAll(): void {
    for (const link of this.#links) link.reset();
  }
}

/** One connection through the proxy: the client's half and the server's half. */
class Link {
  readonly #halves: readonly [Socket, Socket];
  readonly #gone: () => void;
  #fault: Fault | undefined;
  /** It lost bytes: nothing sensible can pass any more. */
  #isDead = false;
  /** One half closed while the fault lasted: the other learns of it afterwards. */
  #hasHalfClosed = false;

  constructor(client: Socket, target: { host: string; port: number }, gone: () => void) {
    const server = tcpConnect({ ...target, noDelay: true });
    client.setNoDelay(true);
    this.#halves = [client, server];
    this.#forward(client, server);
    this.#forward(server, client);
    this.#gone = gone;
  }

  suffer(fault: Fault): void {
    this.#fault = fault;
    if (fault === 'reset') this.reset();
    if (fault === 'cut') for (const half of this.#halves) half.destroy();
    if (fault === 'halfOpen') this.#isDead = true;
    if (fault === 'frozen') for (const half of this.#halves) half.pause();
  }

  recover(): void {
    this.#fault = undefined;
    for (const half of this.#halves) {
      if (this.#hasHalfClosed) half.destroy();
      else half.resume();
    }
  }

  reset(): void {
    for (const half of this.#halves) half.resetAndDestroy();
  }

  #forward(from: Socket, to: Socket): void {
    let freeAt = 0;
    const pass = (chunk: Buffer) => {
      if (!to.destroyed) to.write(chunk);
    };
    from.on('data', (chunk: Buffer) => {
      if (this.#isDead) return;
      if (this.#fault !== 'slow' && performance.now() >= freeAt) {
        pass(chunk);
        return;
      }
      // In order: a later piece never overtakes an earlier one, also when the fault ends between them.
      const now = performance.now();
      freeAt = Math.max(now + SLOW_LATENCY_MS, freeAt) + chunk.length / SLOW_BYTES_PER_MS;
      setTimeout(pass, freeAt - now, chunk);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      if (this.#fault === 'halfOpen' || this.#fault === 'frozen') this.#hasHalfClosed = true;
      else to.destroy();
      if (from.destroyed && to.destroyed) this.#gone();
    });
  }
}
