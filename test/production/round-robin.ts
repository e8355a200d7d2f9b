import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net';
import { listenOnLoopback, portOf } from '../../dev/listening.ts';

/**
 * The load balancer before the APIs: each new connection goes to the next of them. One that refuses connections is passed
 * over. Connections that are open stay where they are until one side ends them.
 */
export class RoundRobin {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #targets: readonly number[] = [];
  #next = 0;

  private constructor() {
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(): Promise<RoundRobin> {
    const front = new RoundRobin();
    await listenOnLoopback(front.#server);
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  /** The ports on this machine that new connections go to. */
  sendTo(ports: readonly number[]): void {
    this.#targets = ports;
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    this.#keep(client);
    client.setNoDelay(true);
    client.on('error', () => undefined);
    this.#reach(client, this.#targets.length);
  }

  #reach(client: Socket, tries: number): void {
    const port = this.#targets[this.#next % this.#targets.length];
    this.#next += 1;
    if (port === undefined || tries === 0) {
      client.destroy();
      return;
    }
    const server = tcpConnect({ host: '127.0.0.1', port, noDelay: true });
    this.#keep(server);
    let isConnected = false;
    server.once('connect', () => {
      isConnected = true;
      client.pipe(server).pipe(client);
    });
    server.on('error', () => (isConnected ? undefined : this.#reach(client, tries - 1)));
    server.on('close', () => (isConnected ? client.destroy() : undefined));
    client.on('close', () => server.destroy());
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
  }
}
