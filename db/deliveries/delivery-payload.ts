import { createHash } from 'node:crypto';
import { instantText } from '../postgres/instant-text.ts';

/** An event as it was recorded. */
export interface RecordedEvent {
  readonly key: string;
  readonly type: string;
  readonly at: Date;
  readonly data: object | null;
}

/** The payload for a webhook. Its `id` is the same at every attempt and every redelivery. */
export const payloadOf = ({ key, type, at, data }: RecordedEvent) => ({
  id: `evt_${createHash('sha256').update(key).digest('hex').slice(0, 24)}`,
  key,
  type,
  timestamp: instantText(at.getTime()),
  data,
});
