import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

/**
 * What stands for a payload that cannot be decoded. A signal is stored before a workflow sees it; one whose payload threw
 * would fail every workflow task for ever, so it becomes something that no message may be.
 */
const UNDECODABLE = 'undecodable payload';

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
