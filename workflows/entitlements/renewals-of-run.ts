import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { RenewalNews } from '../../domain/renewals/renewal-course.ts';

/**
 * Which renewal an entitlement's run must start, each once, and what it must tell the renewal that runs. The renewal
 * that was started last runs, or is over.
 */
export class RenewalsOfRun {
  private startedThrough: number;
  private running: number | null;
  private lastTold: string | null;
  /** The last look for news: the workflow looks at each turn, and news are rare. */
  private looked: { readonly at: Entitlement; readonly hasNews: boolean } | undefined;

  constructor({ startedThrough, running, lastTold }: CarriedRenewals = NONE) {
    this.startedThrough = startedThrough;
    this.running = running;
    this.lastTold = lastTold;
  }

  /** For an entitlement that is brought back: the renewals up to its present one have been started. */
  static revived({ renewal }: Entitlement): RenewalsOfRun {
    const number = renewal?.n ?? 0;
    return new RenewalsOfRun({ startedThrough: number, running: number === 0 ? null : number, lastTold: null });
  }

  /** The number of the renewal that was started last; null before the first. */
  get last(): number | null {
    return this.running;
  }

  /** Whether the entitlement's present renewal must be started. */
  toStart({ renewal }: Entitlement): boolean {
    return renewal !== null && renewal.n > this.startedThrough;
  }

  /** Notes that a renewal was started, which knows `news`; what changed while it was started must still be told. */
  started(renewalNumber: number, news: RenewalNews): void {
    this.startedThrough = renewalNumber;
    this.running = renewalNumber;
    this.told(news);
  }

  /** Notes that a renewal is not started, as its end was edited before; the renewal before it will be told that. */
  passedOver(renewalNumber: number): void {
    this.startedThrough = renewalNumber;
    this.looked = undefined;
  }

  /** Whether the renewal that runs must be told something. */
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

/** Whether both are the same in everything that is news. Cases change none of it. */
const isSame = (one: Entitlement, other: Entitlement): boolean =>
  one.status === other.status &&
  one.endsAt === other.endsAt &&
  one.renewedById === other.renewedById &&
  one.deleted === other.deleted &&
  one.details === other.details &&
  one.renewal === other.renewal;

const markOf = (news: RenewalNews): string => fingerprint([news]);

export interface CarriedRenewals {
  /** The renewals up to this number have been started, or passed over. */
  readonly startedThrough: number;
  /** The number of the renewal that was started last. */
  readonly running: number | null;
  /** A mark of the news that this renewal was told last; null: not known. */
  readonly lastTold: string | null;
}

const NONE: CarriedRenewals = { startedThrough: 0, running: null, lastTold: null };
