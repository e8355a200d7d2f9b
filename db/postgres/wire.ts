/**
 * Reads the state of a connection from the bytes of PostgreSQL's protocol (version 3): the types and lengths of
 * messages.
 */

const PROTOCOL_VERSION = 196_608;
const LENGTH_BYTES = 4;
const HEADER_BYTES = 5;
const SYNC = 'S'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
const FLUSH = 'H'.charCodeAt(0);
const READY_FOR_QUERY = 'Z'.charCodeAt(0);

/** The driver sends a message of this length at once, and delays shorter ones for a moment. */
const SENT_AT_ONCE_BYTES = 1_024;
const PADDING = 'allot_padding';

/** A parameter that makes the start-up message long. `onlyStartup` removes it, so that no server sees it. */
export const startupPadding = { [PADDING]: 'x'.repeat(SENT_AT_ONCE_BYTES) };

/**
 * The start-up message at the end of a connection's first bytes, without its padding. The bytes before it are left over
 * from the previous connection, because the driver does not empty its buffer when a connection closes.
 */
export function onlyStartup(bytes: Buffer): Buffer {
  for (let from = bytes.length - 2 * LENGTH_BYTES; from >= 0; from -= 1) {
    if (bytes.readUInt32BE(from) !== bytes.length - from) continue;
    if (bytes.readUInt32BE(from + LENGTH_BYTES) === PROTOCOL_VERSION) return withoutPadding(bytes.subarray(from));
  }
  // A cancel request is a message of its own form and has no start-up message.
  return bytes;
}

function withoutPadding(message: Buffer): Buffer {
  const padding = Buffer.from(`${PADDING}\0${startupPadding[PADDING]}\0`);
  const at = message.indexOf(padding);
  if (at === -1) return message;
  const short = Buffer.concat([message.subarray(0, at), message.subarray(at + padding.length)]);
  short.writeUInt32BE(short.length, 0);
  return short;
}

/** Splits a stream of bytes into messages and reports their types. It keeps no bytes except an incomplete header. */
class Messages {
  #header = Buffer.alloc(0);
  #bodyLeft = 0;

  /** Calls `seen` for each message whose header ends in `chunk`. */
  read(chunk: Buffer, seen: (type: number) => void): void {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(this.#bodyLeft, chunk.length - at);
      this.#bodyLeft -= skipped;
      at += skipped;
      if (at === chunk.length) return;
      at += this.#readHeader(chunk, at, seen);
    }
  }

  #readHeader(chunk: Buffer, at: number, seen: (type: number) => void): number {
    const known = this.#header.length;
    if (known === 0 && chunk.length - at >= HEADER_BYTES) {
      this.#begin(chunk[at] ?? 0, chunk.readUInt32BE(at + 1), seen);
      return HEADER_BYTES;
    }
    const taken = chunk.subarray(at, at + HEADER_BYTES - known);
    this.#header = Buffer.concat([this.#header, taken]);
    if (this.#header.length === HEADER_BYTES) {
      const [type = 0] = this.#header;
      const length = this.#header.readUInt32BE(1);
      this.#header = Buffer.alloc(0);
      this.#begin(type, length, seen);
    }
    return taken.length;
  }

  #begin(type: number, length: number, seen: (type: number) => void): void {
    this.#bodyLeft = length - LENGTH_BYTES;
    seen(type);
  }
}

/** Tracks whether the server of a connection owes an answer, and whether the connection has ever been ready. */
export class WireWatch {
  readonly #outgoing = new Messages();
  readonly #incoming = new Messages();
  #isStartup = true;
  /**
   * The rounds without an answer. The server answers each round with one ReadyForQuery; the start-up is the first
   * round.
   */
  #roundsOpen = 0;
  /** A flush asked for an answer before the end of the round. */
  #isHalfAsked = false;
  #hasBeenReady = false;

  get isAnswerOwed(): boolean {
    return this.#roundsOpen > 0 || this.#isHalfAsked;
  }

  /** The connection has been ready once, so the driver may have sent statements. */
  get hasBeenReady(): boolean {
    return this.#hasBeenReady;
  }

  sent(chunk: Buffer): void {
    if (this.#isStartup) {
      // The start-up message is the only one without a type.
      this.#isStartup = false;
      this.#roundsOpen = 1;
      return;
    }
    this.#outgoing.read(chunk, (type) => {
      if (type === FLUSH) this.#isHalfAsked = true;
      if (type !== SYNC && type !== QUERY) return;
      this.#roundsOpen += 1;
      this.#isHalfAsked = false;
    });
  }

  received(chunk: Buffer): void {
    this.#incoming.read(chunk, (type) => {
      if (type !== READY_FOR_QUERY) return;
      this.#roundsOpen = Math.max(0, this.#roundsOpen - 1);
      this.#hasBeenReady = true;
    });
  }
}
