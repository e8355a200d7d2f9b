import type { EpochMs } from '../../domain/calendar.ts';

/** What is sent: an event to an endpoint, or an e-mail. `messageId` is the same at every attempt. */
export type Outgoing =
  | {
      readonly kind: 'webhook';
      readonly messageId: string;
      readonly url: string;
      /** The body is signed with each of them. */
      readonly secrets: readonly string[];
      readonly body: string;
    }
  | {
      readonly kind: 'email';
      readonly messageId: string;
      readonly to: string;
      readonly subject: string;
      readonly text: string;
      readonly html: string;
    };

/**
 * How an attempt went. `failed` is tried again. `refused` is final for this delivery, `gone` for all deliveries to
 * this receiver.
 */
export interface AttemptReport {
  readonly outcome: 'delivered' | 'failed' | 'refused' | 'gone';
  readonly at: EpochMs;
  /** Null if it is not known. */
  readonly durationMs: number | null;
  /** The status of HTTP or SMTP; null if no answer came. */
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly response: string | null;
  /** The address that a webhook was sent to. The webhook may have another one by now. */
  readonly url: string | null;
}

export interface Attempt {
  readonly id: string;
  readonly redelivery: number;
  /** 1, 2, 3 … of this redelivery. */
  readonly number: number;
  readonly report: AttemptReport;
  /** The wait before the next attempt; null: this was the last one. */
  readonly nextInMs: number | null;
}

/** The activity of an attempt. It has a task queue of its own, so that slow receivers delay nothing else. */
export interface SendingActivities {
  /**
   * Sends it once and reports how that went; null if nothing has to be sent any more. Fails only if nothing was sent,
   * because the database did not answer.
   */
  sendDelivery(id: string, redelivery: number): Promise<AttemptReport | null>;
}

export interface DeliveryActivities {
  /** Records how an attempt went. True if no further attempt is needed. */
  recordAttempt(attempt: Attempt): Promise<boolean>;
  /** The number of the redelivery that is wanted; null if nothing has to be sent any more. */
  redeliveryOf(id: string): Promise<number | null>;
}

/** The database side; see db/deliveries/delivery-attempts.ts. */
export interface DeliveryStore {
  read(id: string, redelivery: number): Promise<Outgoing | undefined>;
  record(attempt: Attempt): Promise<boolean>;
  redeliveryOf(id: string): Promise<number | null>;
}
