import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { RenewalNews } from '../../domain/renewals/renewal-course.ts';

/** What an entitlement's run has to do with its renewals: start each once, and tell the one that runs what it must know. */
export class RenewalsOfRun {
  private startedThrough: number;
  private running: number | null;
  private lastTold: string | null;
  /** News are looked for at each turn of the workflow, and are rare. */
  private looked: { readonly at: Entitlement; readonly hasNews: boolean } | undefined;

  constructor({ startedThrough, running, lastTold }: CarriedRenewals = NONE) {
    this.startedThrough = startedThrough;
    this.running = running;
    this.lastTold = lastTold;
  }

  /** Of an entitlement that is brought back: what it had started runs, or is over. */
  static revived({ renewal }: Entitlement): RenewalsOfRun {
    const n = renewal?.n ?? 0;
    return new RenewalsOfRun({ startedThrough: n, running: n === 0 ? null : n, lastTold: null });
  }

  /** The number of the renewal that was started last; null before the first. */
  get last(): number | null {
    return this.running;
  }

  toStart({ renewal }: Entitlement): boolean {
    return renewal !== null && renewal.n > this.startedThrough;
  }

  /** What became of the entitlement while its renewal was started is news: it began with an active one. */
  started(n: number, news: RenewalNews): void {
    this.startedThrough = n;
    this.running = n;
    this.told(news);
  }

  /** Its end was edited away before it was started: there is nothing to start, and the one before it hears so. */
  passedOver(n: number): void {
    this.startedThrough = n;
    this.looked = undefined;
  }

  hasNews(entitlement: Entitlement): boolean {
    if (this.running === null || this.toStart(entitlement)) return false;
    if (this.looked === undefined || !isSame(this.looked.at, entitlement))
      this.looked = { at: entitlement, hasNews: markOf(newsOf(entitlement)) !== this.lastTold };
    return this.looked.hasNews;
  }

  told(news: RenewalNews): void {
    this.lastTold = markOf(news);
    this.looked = undefined;
  }

  carried(): CarriedRenewals {
    return { startedThrough: this.startedThrough, running: this.running, lastTold: this.lastTold };
  }
}

/** What a renewal must know of its entitlement. */
export const newsOf = ({ status, endsAt, renewedById, deleted, details, renewal }: Entitlement): RenewalNews => ({
  status,
  endsAt,
  renewedById,
  deleted,
  details,
  n: renewal?.n ?? 0,
});

/** In all that is news; cases change none of it. */
const isSame = (one: Entitlement, other: Entitlement): boolean =>
  one.status === other.status &&
  one.endsAt === other.endsAt &&
  one.renewedById === other.renewedById &&
  one.deleted === other.deleted &&
  one.details === other.details &&
  one.renewal === other.renewal;

const markOf = (news: RenewalNews): string => fingerprint([news]);

export interface CarriedRenewals {
  /** Those up to this number have been started, or passed over. */
  readonly startedThrough: number;
  /** The one that was started last. */
  readonly running: number | null;
  /** A mark of the news that it heard last; null: not known. */
  readonly lastTold: string | null;
}

const NONE: CarriedRenewals = { startedThrough: 0, running: null, lastTold: null };
