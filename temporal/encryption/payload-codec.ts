import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { LRUCache } from 'lru-cache';
import { ENCRYPTED, isStillEncrypted } from '../../workflows/messages/payload-converter.ts';
import { KEY_BYTES, type PayloadKey, type PayloadKeys } from './payload-keys.ts';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/** The metadata with the key's id and fingerprint, such as `2026-11.3f9a2c81`. */
const KEY_ID = 'encryption-key-id';
const CIPHER = 'aes-256-gcm';
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/**
 * Random nonces of 96 bits are safe for 2^32 payloads of one key (NIST SP 800-38D, 8.3), which a busy installation
 * writes within weeks. So no two processes use the same key, and a process takes another after this many payloads.
 */
const PAYLOADS_PER_SALT = 2 ** 30;
/** Keys of processes that are kept for reading; deriving one costs some ten microseconds. */
const KEPT_KEYS = 5_000;

/** A payload was encrypted with a key that this process does not have. With the key it can be read. */
export class MissingPayloadKey extends Error {
  override readonly name = 'MissingPayloadKey';
  readonly keyId: string;
  constructor(keyId: string) {
    super(
      `A payload was encrypted with the key ${keyId}, which ALLOT_PAYLOAD_KEYS of this process does not have. ` +
        'Nothing is lost: add the key and restart.',
    );
    this.keyId = keyId;
  }
}

/**
 * Encrypts payloads with AES-256-GCM. The data of an encrypted payload is a salt, a random nonce, the ciphertext of the
 * whole payload with its metadata, and the tag. The key's id, its fingerprint and the encoding are authenticated with
 * it.
 *
 * What is not encrypted is read as it is, so that histories from before the encryption stay readable. What is encrypted
 * with a missing key throws `MissingPayloadKey`. What was damaged or forged, or whose key is lost, stays encrypted: no
 * payload converter reads it.
 */
export class EncryptingCodec implements PayloadCodec {
  readonly #keys: PayloadKeys;
  readonly #onMissing: (keyId: string) => void;
  readonly #derived = new LRUCache<string, Buffer>({ max: KEPT_KEYS });
  #salted: { readonly salt: Buffer; readonly key: Buffer; used: number } | undefined;

  constructor(keys: PayloadKeys, onMissing: (keyId: string) => void = () => undefined) {
    this.#keys = keys;
    this.#onMissing = onMissing;
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    const { writing } = this.#keys;
    return writing === null ? payloads : payloads.map((payload) => this.#encrypted(payload, writing));
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (isStillEncrypted(payload) ? this.#decrypted(payload) : payload));
  }

  #encrypted(payload: Payload, writing: PayloadKey): Payload {
    const { salt, key } = this.#forWriting(writing);
    const keyId = Buffer.from(`${writing.id}.${writing.fingerprint}`);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(boundTo(keyId));
    const text = cipher.update(PayloadMessage.encode(payload).finish());
    return {
      metadata: { encoding: Buffer.from(ENCRYPTED), [KEY_ID]: keyId },
      data: Buffer.concat([salt, nonce, text, cipher.final(), cipher.getAuthTag()]),
    };
  }

  #decrypted(payload: Payload): Payload {
    const keyId = Buffer.from(payload.metadata?.[KEY_ID] ?? '');
    const name = keyId.toString();
    const known = this.#keys.reading.find(({ id, fingerprint }) => name === `${id}.${fingerprint}`);
    if (known === undefined) {
      if (this.#keys.lost.has(name.split('.')[0] ?? '')) return payload;
      // Anybody who reaches Temporal can write an id, which ends up in logs.
      const shown = JSON.stringify(name.slice(0, 64)).slice(1, -1);
      this.#onMissing(shown);
      throw new MissingPayloadKey(shown);
    }
    return this.#opened(known, keyId, Buffer.from(payload.data ?? '')) ?? payload;
  }

  /** Undefined if the data is not what was written with this key. */
  #opened(known: PayloadKey, keyId: Buffer, data: Buffer): Payload | undefined {
    const textAt = SALT_BYTES + NONCE_BYTES;
    const tagAt = data.length - TAG_BYTES;
    if (tagAt < textAt) return undefined;
    try {
      const decipher = createDecipheriv(
        CIPHER,
        this.#keyFor(known, data.subarray(0, SALT_BYTES)),
        data.subarray(SALT_BYTES, textAt),
        { authTagLength: TAG_BYTES },
      );
      decipher.setAAD(boundTo(keyId)).setAuthTag(data.subarray(tagAt));
      const message = Buffer.concat([decipher.update(data.subarray(textAt, tagAt)), decipher.final()]);
      const { metadata, data: content } = PayloadMessage.decode(message);
      return { metadata, data: content };
    } catch {
      return undefined;
    }
  }

  #forWriting(writing: PayloadKey): { readonly salt: Buffer; readonly key: Buffer } {
    if (this.#salted === undefined || this.#salted.used >= PAYLOADS_PER_SALT) {
      const salt = randomBytes(SALT_BYTES);
      this.#salted = { salt, key: this.#keyFor(writing, salt), used: 0 };
    }
    this.#salted.used += 1;
    return this.#salted;
  }

  /** The key of the process that chose the salt. */
  #keyFor({ id, secret }: PayloadKey, salt: Buffer): Buffer {
    const name = `${id}.${salt.toString('latin1')}`;
    const kept = this.#derived.get(name);
    if (kept !== undefined) return kept;
    const key = Buffer.from(hkdfSync('sha256', secret, salt, 'allot payloads', KEY_BYTES));
    this.#derived.set(name, key);
    return key;
  }
}

const boundTo = (keyId: Buffer): Buffer => Buffer.concat([Buffer.from(`${ENCRYPTED}\0`), keyId]);
