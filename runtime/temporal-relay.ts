import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';

const LOOPBACK = '127.0.0.1';

/**
 * An HTTP CONNECT proxy within this process, on loopback, that leads to Temporal and nowhere else. The worker's connection
 * goes through it, because Temporal's native client keeps a connection that says nothing any more for 45 seconds, and then
 * waits up to ten seconds more between its tries: here such connections can be cut, and new ones wait until Temporal answers
 * instead of failing again and again. TLS passes through untouched.
 */
export class TemporalRelay {
  readonly #server: Server;
  /** What leads to Temporal, without the connections that still wait for it. */
  readonly #joined = new Set<Socket>();

  private constructor(address: string, ready: () => Promise<void>) {
    this.#server = createServer((_request, response) => response.writeHead(405).end());
    this.#server.on('connect', ({ url = '' }, client: Socket) => {
      client.on('error', () => undefined);
      if (url.toLowerCase() !== address.toLowerCase()) client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      else void ready().then(() => this.#join(client, url));
    });
  }

  /** `ready` says when Temporal answers. `address` is `host:port`. */
  static async start(address: string, ready: () => Promise<void>): Promise<TemporalRelay> {
    const relay = new TemporalRelay(address, ready);
    await new Promise<void>((resolve, reject) => {
      relay.#server.once('error', reject).listen(0, LOOPBACK, resolve);
    });
    relay.#server.unref();
    return relay;
  }

  /** Where it listens, for the option `proxy` of a connection. */
  get proxy(): { readonly type: 'http-connect'; readonly targetHost: string } {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { type: 'http-connect', targetHost: `${LOOPBACK}:${port}` };
  }

  /** Cuts all connections to Temporal; the worker opens new ones at once. */
  cut(): void {
    for (const socket of this.#joined) socket.destroy();
  }

  stop(): void {
    this.#server.close();
    this.cut();
  }

  #join(client: Socket, address: string): void {
    if (client.destroyed) return;
    const at = address.lastIndexOf(':');
    const host = address.slice(0, at).replace(/^\[(.*)\]$/, '$1');
    const temporal = connect({ host, port: Number(address.slice(at + 1)), noDelay: true });
    this.#joined.add(temporal);
    temporal.on('error', () => undefined);
    client.setNoDelay(true);
    temporal.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(temporal);
      temporal.pipe(client);
    });
    client.once('close', () => temporal.destroy());
    temporal.once('close', () => {
      this.#joined.delete(temporal);
      client.destroy();
    });
  }
}
