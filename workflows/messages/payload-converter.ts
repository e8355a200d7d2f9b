import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

/**
 * Stands for a payload that cannot be decoded. A signal is stored before a workflow sees it. If its payload threw an
 * error, every workflow task would fail, for ever; so it becomes a value that no message accepts.
 */
const UNDECODABLE = 'undecodable payload';

/** The same as a payload, for payloads that the guard does not let through. */
export const UNDECODABLE_PAYLOAD: Payload = defaultPayloadConverter.toPayload(UNDECODABLE);

/** Messages are nested a few levels deep. Lists within lists take a hundred times as long to decode as flat ones. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Whether JSON is nested deeper than any message; looks at the bytes alone. */
export function isTooDeep({ data }: Payload): boolean {
  if (data == null) return false;
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < data.length; at++) {
    const byte = data[at] ?? 0;
    if (isInText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isInText = false;
    } else if (byte === QUOTE) isInText = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
  }
  return false;
}

/** Temporal's name for the encoding of encrypted payloads. */
export const ENCRYPTED = 'binary/encrypted';

/**
 * Whether the payload is still encrypted when it reaches a workflow: it is damaged or forged, or its key is lost. While
 * a key is merely missing, the worker fails the task before the workflow sees the payload.
 */
export function isStillEncrypted({ metadata }: Payload): boolean {
  const { encoding } = metadata ?? {};
  return (
    encoding != null &&
    encoding.length === ENCRYPTED.length &&
    encoding.every((byte, at) => byte === ENCRYPTED.charCodeAt(at))
  );
}

export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload: <Value>(payload: Payload): Value => {
    try {
      return defaultPayloadConverter.fromPayload<Value>(payload);
    } catch {
      return UNDECODABLE as Value;
    }
  },
};
