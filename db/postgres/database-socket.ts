import { EventEmitter } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import { onlyStartup, WireWatch } from './wire.ts';

/** Where a PostgreSQL server listens. */
export interface ServerPlace {
  readonly host: string;
  readonly port: number;
  /** A Unix socket, instead of host and port. */
  readonly path: string | undefined;
}

export interface DatabaseSocketOptions {
  readonly place: ServerPlace;
  /** As the driver reads `sslmode`: false, a mode, or options of Node's own. */
  readonly ssl: SslMode;
  readonly isDirectTls: boolean;
  /** The server owes an answer for at most this long; then the connection is given up. Null: no limit. */
  readonly silenceLimitMs: number | null;
  /** The connections to the same server. */
  readonly peers: Set<DatabaseSocket>;
}

export type SslMode = boolean | 'require' | 'allow' | 'prefer' | 'verify-full' | object;

/** Asks a PostgreSQL server whether it speaks TLS. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const YES = 'S'.charCodeAt(0);
/** An orderly end is waited for this long: a peer that is gone never confirms it. */
const END_WITHIN_MS = 1_000;

/**
 * The connection below the driver (postgres 3.4.9): TCP or TLS to a PostgreSQL server. It stands between them because the
 * driver, left alone with a plain socket, loses statements for ever:
 *
 * - A statement that it hands over between the `error` and the `close` of its socket is never settled (porsager/postgres,
 *   issues 1089, 1130, 1142, 1186). Here a connection that has served breaks with `close` alone, and the driver then rejects
 *   everything that it had handed over.
 * - A connection whose peer says nothing any more is never given up. Here it is, once the server owes an answer for longer
 *   than the longest statement may take.
 * - A connection that closes without an error before it was ready is opened again at once, without end and without a word
 *   to the caller. Here that is an error, too.
 * - Bytes that it had not yet sent when a connection closed stay in its buffer, and keep the next start-up message from
 *   being sent. Here the start-up message is long enough to be sent at once, and only that message goes out (`onlyStartup`).
 *
 * It makes TLS itself, as the driver would put a plain TLS socket in its place.
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

  /** `open` from the start: what is written before the connection stands is sent then. */
  get readyState(): 'open' | 'closed' {
    return this.#isClosed ? 'closed' : 'open';
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
    this.#break(new Error('The connection was given up.'));
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
        else this.#break(new Error('The server does not speak TLS.'));
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
      this.#break(new Error('The server did not answer in time.'));
      // Idle ones that heard nothing either are likely dead, too: each would cost a caller as long a wait to find out.
      for (const peer of this.#options.peers) peer.#breakIfIdleSince(askedAt);
    }, silenceLimitMs);
  }

  #breakIfIdleSince(at: number): void {
    if (this.#isOpen && !this.#watch.isAnswerOwed && this.#heardAt < at)
      this.#break(new Error('The server does not answer on other connections.'));
  }

  /** One turn for `error` and `close`: nothing can be handed over between them. */
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

/** As the driver does it: only `verify-full` and options of one's own verify the server's certificate. */
function tlsOptions({ ssl, isDirectTls }: DatabaseSocketOptions, host: string): TlsOptions {
  return {
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(isDirectTls ? { ALPNProtocols: ['postgresql'] } : {}),
    ...(ssl === 'require' || ssl === 'allow' || ssl === 'prefer' ? { rejectUnauthorized: false } : {}),
    ...(typeof ssl === 'object' ? ssl : {}),
  };
}
