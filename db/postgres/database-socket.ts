import { EventEmitter } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import { noteDeadline } from '../../runtime/telemetry/deadlines.ts';
import { onlyStartup, WireWatch } from './wire.ts';

/** Where a PostgreSQL server listens. */
export interface ServerPlace {
  readonly host: string;
  readonly port: number;
  /** The path of a Unix socket, which then replaces host and port. */
  readonly path: string | undefined;
}

export interface DatabaseSocketOptions {
  readonly place: ServerPlace;
  /** As the driver reads `sslmode`: false, a mode, or the options of Node's `tls.connect`. */
  readonly ssl: SslMode;
  readonly isDirectTls: boolean;
  /** When the server owes an answer for longer than this, the connection is closed. Null: no limit. */
  readonly silenceLimitMs: number | null;
  /** All connections to the same server; this one adds and removes itself. */
  readonly peers: Set<DatabaseSocket>;
}

export type SslMode = boolean | 'require' | 'allow' | 'prefer' | 'verify-full' | object;

/** The message that asks a PostgreSQL server whether it supports TLS. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const YES = 'S'.charCodeAt(0);
/** How long an orderly close may take. A peer that is gone never confirms it. */
const END_WITHIN_MS = 1_000;

/**
 * The connection below the driver (postgres 3.4.9): TCP or TLS to a PostgreSQL server. With a plain socket the driver
 * loses statements in four ways, which this class prevents:
 *
 * - The driver never settles a statement that it sends between the `error` and the `close` of its socket
 *   (porsager/postgres, issues 1089, 1130, 1142, 1186). Here a connection that has been ready only emits `close`, and
 *   the driver then rejects everything that it has sent.
 * - The driver never gives up a connection whose peer has stopped answering. Here the connection breaks once the server
 *   owes an answer for longer than the longest statement may take.
 * - When a connection closes without an error before it was ready, the driver opens it again at once, forever, and
 *   tells the caller nothing. Here that is an error as well.
 * - Bytes that the driver has not sent when a connection closes stay in its buffer and keep the next start-up message
 *   from being sent. Here the start-up message is long enough to be sent at once, and only that message goes out
 *   (`onlyStartup`).
 *
 * It establishes TLS itself, because the driver would replace it by a plain TLS socket.
 */
export class DatabaseSocket extends EventEmitter {
  readonly #options: DatabaseSocketOptions;
  readonly #watch = new WireWatch();
  readonly #waiting: Buffer[] = [];
  #stream: Socket;
  #isOpen = false;
  #hasStarted = false;
  #isClosed = false;
  #silence: NodeJS.Timeout | undefined;
  #heardAt = performance.now();

  constructor(options: DatabaseSocketOptions) {
    super();
    this.#options = options;
    options.peers.add(this);
    const { place } = options;
    this.#stream = connectTcp(
      place.path === undefined ? { host: place.host, port: place.port } : { path: place.path },
    ).setNoDelay(true);
    this.#guard(this.#stream);
    this.#stream.once('connect', () => this.#connected());
  }

  /** `open` from the start: bytes that are written before the connection is established are sent when it is. */
  get readyState(): 'open' | 'closed' {
    return this.#isClosed ? 'closed' : 'open';
  }

  /** Whether the server owes an answer. */
  get isBusy(): boolean {
    return this.#watch.isAnswerOwed;
  }

  write(chunk: Buffer): boolean {
    if (this.#isClosed) return false;
    const bytes = this.#hasStarted ? chunk : onlyStartup(chunk);
    this.#hasStarted = true;
    this.#watch.sent(bytes);
    this.#expectAnswer();
    if (this.#isOpen) return this.#stream.write(bytes);
    this.#waiting.push(bytes);
    return true;
  }

  end(chunk: Buffer): void {
    if (this.#isClosed) return;
    clearTimeout(this.#silence);
    if (this.#isOpen) this.#stream.end(chunk);
    else this.#stream.destroy();
    const timer = setTimeout(() => this.#stream.destroy(), END_WITHIN_MS);
    this.once('close', () => clearTimeout(timer));
  }

  destroy(): void {
    this.#break(new Error('The connection was closed by this process.'));
  }

  setKeepAlive(on: boolean, initialDelayMs: number): void {
    this.#stream.setKeepAlive(on, initialDelayMs);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  #guard(stream: Socket): void {
    stream.on('error', (error) => this.#break(error));
    stream.on('close', () => this.#break(new Error('The server closed the connection.')));
  }

  #connected(): void {
    const { ssl, isDirectTls } = this.#options;
    if (ssl === false) this.#serve();
    else if (isDirectTls) this.#secure();
    else {
      this.#stream.write(SSL_REQUEST);
      this.#stream.once('data', (answer: Buffer) => {
        if (answer[0] === YES) this.#secure();
        else if (ssl === 'prefer') this.#serve();
        else this.#break(new Error('The server does not support TLS.'));
      });
    }
  }

  #secure(): void {
    const plain = this.#stream;
    const { host } = this.#options.place;
    this.#stream = connectTls({ socket: plain, ...tlsOptions(this.#options, host) });
    this.#guard(this.#stream);
    this.#stream.once('secureConnect', () => this.#serve());
  }

  #serve(): void {
    this.#isOpen = true;
    this.#stream.on('data', (chunk: Buffer) => this.#received(chunk));
    this.#stream.on('drain', () => this.emit('drain'));
    for (const bytes of this.#waiting.splice(0)) this.#stream.write(bytes);
  }

  #received(chunk: Buffer): void {
    this.#watch.received(chunk);
    this.#heardAt = performance.now();
    clearTimeout(this.#silence);
    this.#silence = undefined;
    this.#expectAnswer();
    this.emit('data', chunk);
  }

  #expectAnswer(): void {
    const { silenceLimitMs } = this.#options;
    if (silenceLimitMs === null || this.#silence !== undefined || !this.#watch.isAnswerOwed) return;
    const askedAt = performance.now();
    this.#silence = setTimeout(() => {
      noteDeadline('silence');
      this.#break(new Error('The server did not answer in time.'));
      // Idle connections that received nothing either are probably dead too, and each would cost a caller the same
      // wait.
      for (const peer of this.#options.peers) peer.#breakIfIdleSince(askedAt);
    }, silenceLimitMs);
  }

  #breakIfIdleSince(at: number): void {
    if (this.#isOpen && !this.#watch.isAnswerOwed && this.#heardAt < at)
      this.#break(new Error('The server does not answer on other connections.'));
  }

  /** Emits `error` and `close` in one turn of the event loop, so that the driver cannot send anything between them. */
  #break(error: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.peers.delete(this);
    clearTimeout(this.#silence);
    this.#stream.destroy();
    process.nextTick(() => {
      const fails = !this.#watch.hasBeenReady;
      if (fails && this.listenerCount('error') > 0) this.emit('error', withCode(error));
      this.emit('close', fails);
    });
  }
}

const withCode = (error: Error): Error => ('code' in error ? error : Object.assign(error, { code: 'CONNECT_FAILED' }));

/** The same rules as the driver's: only `verify-full` and explicit options verify the server's certificate. */
function tlsOptions({ ssl, isDirectTls }: DatabaseSocketOptions, host: string): TlsOptions {
  return {
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(isDirectTls ? { ALPNProtocols: ['postgresql'] } : {}),
    ...(ssl === 'require' || ssl === 'allow' || ssl === 'prefer' ? { rejectUnauthorized: false } : {}),
    ...(typeof ssl === 'object' ? ssl : {}),
  };
}
