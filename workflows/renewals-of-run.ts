import type { Entitlement } from '../domain/entitlement.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { RenewalNews } from '../domain/renewal-course.ts';

/** What an entitlement's run has to do with its renewals: start each once, and tell the last one what it must know. */
export class RenewalsOfRun {
  private startedThrough: number;
  private lastTold: string | null;

  constructor({ startedThrough, lastTold }: CarriedRenewals = { startedThrough: 0, lastTold: null }) {
    this.startedThrough = startedThrough;
    this.lastTold = lastTold;
  }

  /** Of an entitlement that is brought back: what it had started runs, or is over. */
  static revived(entitlement: Entitlement): RenewalsOfRun {
    return new RenewalsOfRun({ startedThrough: entitlement.renewal?.n ?? 0, lastTold: null });
  }

  toStart({ renewal }: Entitlement): boolean {
    return renewal !== null && renewal.n > this.startedThrough;
  }

  /** What became of the entitlement while its renewal was started is news: it began with an active one. */
  started(n: number, news: RenewalNews): void {
    this.startedThrough = n;
    this.told(news);
  }

  /** Its end was edited away before it was started: there is nothing to start. */
  passedOver(n: number): void {
    this.startedThrough = n;
  }

  newsOf({ status, endsAt, renewedById, deleted, details }: Entitlement): RenewalNews {
    return { status, endsAt, renewedById, deleted, details };
  }

  hasNews(entitlement: Entitlement): boolean {
    const { renewal } = entitlement;
    if (renewal === null || renewal.n > this.startedThrough) return false;
    return markOf(this.newsOf(entitlement)) !== this.lastTold;
  }

  told(news: RenewalNews): void {
    this.lastTold = markOf(news);
  }

  carried(): CarriedRenewals {
    return { startedThrough: this.startedThrough, lastTold: this.lastTold };
  }
}

const markOf = (news: RenewalNews): string => fingerprint([news]);

export interface CarriedRenewals {
  readonly startedThrough: number;
  /** A mark of the news that it heard last; null: not known. */
  readonly lastTold: string | null;
}
