import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listenOnLoopback, portOf } from '../../dev/listening.ts';

export interface Received {
  readonly path: string;
  readonly headers: Record<string, string>;
  /** As it came, byte for byte. */
  readonly body: string;
}

type Answer = (response: ServerResponse, request: Received) => void;

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end(`answer ${code}`);

/** Somebody's webhook receiver: keeps what comes, and answers as it is told. */
export class HttpReceiver {
  readonly received: Received[] = [];
  answer: Answer = status(204);
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(): Promise<HttpReceiver> {
    const receiver = new HttpReceiver();
    await listenOnLoopback(receiver.#server);
    return receiver;
  }

  get port(): number {
    return portOf(this.#server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const received = { path: request.url ?? '', headers, body };
    this.received.push(received);
    this.answer(response, received);
  }
}
