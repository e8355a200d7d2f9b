import type { EpochMs } from '../../domain/calendar.ts';

/** What goes out: an event to an endpoint, or an e-mail. `messageId` is the same at every attempt. */
export type Outgoing =
  | {
      readonly kind: 'webhook';
      readonly messageId: string;
      readonly url: string;
      /** Each signs. */
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

/** How an attempt went. `failed` is tried again; `refused` is the receiver's last word, and so is `gone` for all that comes. */
export interface AttemptReport {
  readonly outcome: 'delivered' | 'failed' | 'refused' | 'gone';
  readonly at: EpochMs;
  /** Null where it is not known. */
  readonly durationMs: number | null;
  /** Of HTTP or SMTP; null where no answer came. */
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly response: string | null;
  /** Of a webhook: where it was sent, which may be another place by now. */
  readonly url: string | null;
}

export interface Attempt {
  readonly id: string;
  readonly redelivery: number;
  /** 1, 2, 3 … of this redelivery. */
  readonly number: number;
  readonly report: AttemptReport;
  /** When it would be tried again; null: this was the last attempt. */
  readonly nextInMs: number | null;
}

/** One attempt; on a task queue of its own, so that slow receivers hold up nothing else. */
export interface SendingActivities {
  /**
   * Sends it once and tells how that went; null when nothing is to be sent any more. Fails only where nothing was sent, as
   * the database did not answer.
   */
  sendDelivery(id: string, redelivery: number): Promise<AttemptReport | null>;
}

export interface DeliveryActivities {
  /** Records how an attempt went. True when nothing more is to be tried. */
  recordAttempt(attempt: Attempt): Promise<boolean>;
  /** The number of the redelivery that is wanted; null when nothing is to be sent any more. */
  redeliveryOf(id: string): Promise<number | null>;
}

/** The database side; see db/delivery-attempts.ts. */
export interface DeliveryStore {
  read(id: string, redelivery: number): Promise<Outgoing | undefined>;
  record(attempt: Attempt): Promise<boolean>;
  redeliveryOf(id: string): Promise<number | null>;
}
