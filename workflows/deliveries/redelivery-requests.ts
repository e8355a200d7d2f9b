import { condition, patched, proxyActivities } from '@temporalio/workflow';
import type { DeliveryActivities } from './ports.ts';

const { redeliveryOf } = proxyActivities<DeliveryActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
  summary: 'Ask which redelivery is wanted',
});

/** The largest number that the database holds. */
const MAX_REDELIVERY = 2_147_483_647;
export const isRedelivery = (number: unknown): number is number =>
  typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 && number <= MAX_REDELIVERY;

/**
 * Which redelivery is under way, and whether somebody asked for another one. A signal is only a hint, because any
 * Temporal client can send it with any number: the database says which redelivery is wanted.
 */
export class RedeliveryRequests {
  private readonly id: string;
  private current: number;
  private noted: number;

  constructor(id: string, redelivery: number) {
    this.id = id;
    this.current = redelivery;
    this.noted = redelivery;
  }

  get redelivery(): number {
    return this.current;
  }

  note(number: number): void {
    this.noted = Math.max(this.noted, number);
  }

  /** True if another redelivery is wanted. It is the current one from then on. */
  async isAskedAgain(): Promise<boolean> {
    const before = this.current;
    while (this.noted !== this.current) {
      const asked = this.noted;
      // Older code trusted the signal.
      this.current = patched('database-says-which-redelivery') ? ((await redeliveryOf(this.id)) ?? before) : asked;
      // A signal that came meanwhile may announce a redelivery that the database did not have yet.
      if (this.noted === asked) this.noted = this.current;
    }
    return this.current !== before;
  }

  /** Waits. True if another redelivery is wanted before the time is over. */
  async waitFor(ms: number): Promise<boolean> {
    const until = Date.now() + ms;
    for (;;) {
      const left = until - Date.now();
      const isTooLate = left <= 0 || !(await condition(() => this.noted !== this.current, left));
      if (isTooLate) return false;
      if (await this.isAskedAgain()) return true;
    }
  }
}
