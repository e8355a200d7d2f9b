import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import type { WorkerOptions } from '@temporalio/worker';
import { distDir } from '../../runtime/project-dir.ts';
import { settingsCode } from '../../workflows/messages/sandbox-settings.ts';
import { customerTag } from '../../workflows/messages/shown-customer.ts';
import { EncryptingCodec } from './payload-codec.ts';
import { derived, type PayloadKeys, readPayloadKeys } from './payload-keys.ts';

/** A key counts as missing for this long after its last payload: until the key is there, Temporal tries again. */
const MISSING_FOR_MS = 60_000;

/** How a process writes and reads payloads, and what it hides because they are encrypted. */
export class PayloadEncryption {
  readonly codec: EncryptingCodec;
  readonly #keys: PayloadKeys;
  readonly #missedAt = new Map<string, number>();

  constructor(keys: PayloadKeys) {
    this.#keys = keys;
    this.codec = new EncryptingCodec(keys, (keyId) => this.#missed(keyId));
  }

  /** The id of the key that encrypts; null: payloads are written as they are. */
  get writingKey(): string | null {
    return this.#keys.writing?.id ?? null;
  }

  /** Whether there is a key to decrypt with. */
  get hasKeys(): boolean {
    return this.#keys.reading.length > 0;
  }

  /** The ids of keys that payloads of the last minute needed and this process does not have. */
  get missingKeys(): readonly string[] {
    const since = performance.now() - MISSING_FOR_MS;
    for (const [keyId, at] of this.#missedAt) if (at < since) this.#missedAt.delete(keyId);
    return [...this.#missedAt.keys()];
  }

  /** The option of every client. */
  get ofClients(): DataConverter {
    return { payloadCodecs: [this.codec] };
  }

  /** The options of every worker that runs the bundle of workflows. */
  ofWorkers(codePath: string): Required<Pick<WorkerOptions, 'workflowBundle' | 'dataConverter'>> {
    const payloadConverterPath = join(distDir, 'workflows', 'messages', 'payload-converter.js');
    const payloadCodecs = [this.codec];
    if (this.writingKey === null)
      return { workflowBundle: { codePath }, dataConverter: { payloadConverterPath, payloadCodecs } };
    const settings = settingsCode({ hidesFailures: true, customerKey: this.#customerKeys[0] ?? null });
    return {
      workflowBundle: { code: settings + readFileSync(codePath, 'utf8') },
      dataConverter: {
        payloadConverterPath,
        failureConverterPath: join(distDir, 'temporal', 'encryption', 'failure-converter.js'),
        payloadCodecs,
      },
    };
  }

  /** A customer as search attributes show it: hidden where payloads are encrypted. */
  shownCustomer(customerId: string): string {
    const [customerKey] = this.#customerKeys;
    return this.writingKey === null || customerKey === undefined ? customerId : customerTag(customerKey, customerId);
  }

  /** All that may stand for a customer in the search attributes of workflows, under each key and from before. */
  everyShownCustomer(customerId: string): readonly string[] {
    return [...this.#customerKeys.map((key) => customerTag(key, customerId)), customerId];
  }

  /** The first belongs to the key that encrypts, where there is one. */
  get #customerKeys(): readonly string[] {
    return this.#keys.reading.map(({ secret }) => derived(secret, 'customers').toString('hex'));
  }

  #missed(keyId: string): void {
    // Anybody who reaches Temporal can write ids.
    if (this.#missedAt.size < 100 || this.#missedAt.has(keyId)) this.#missedAt.set(keyId, performance.now());
  }
}

let ofProcess: PayloadEncryption | undefined;

/** The encryption of this process, as `ALLOT_PAYLOAD_KEYS` said when it was first asked for. Throws `PayloadKeysError`. */
export function payloadEncryption(): PayloadEncryption {
  ofProcess ??= new PayloadEncryption(readPayloadKeys());
  return ofProcess;
}
