import type { EpochMs } from '../domain/calendar.ts';
import type { Entitlement } from '../domain/entitlement.ts';
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
  started(n: number, endsAt: EpochMs | null): void {
    this.startedThrough = n;
    this.told({ status: 'active', endsAt, renewedById: null, deleted: false });
  }

  newsOf({ status, endsAt, renewedById, deleted }: Entitlement): RenewalNews {
    return { status, endsAt, renewedById, deleted };
  }

  hasNews(entitlement: Entitlement): boolean {
    const { renewal } = entitlement;
    if (renewal === null || renewal.n > this.startedThrough) return false;
    return JSON.stringify(this.newsOf(entitlement)) !== this.lastTold;
  }

  told(news: RenewalNews): void {
    this.lastTold = JSON.stringify(news);
  }

  carried(): CarriedRenewals {
    return { startedThrough: this.startedThrough, lastTold: this.lastTold };
  }
}

export interface CarriedRenewals {
  readonly startedThrough: number;
  readonly lastTold: string | null;
}
