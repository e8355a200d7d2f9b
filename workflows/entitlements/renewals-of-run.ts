import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { RenewalNews } from '../../domain/renewals/renewal-course.ts';

/** What an entitlement's run knows about its renewals: which it has started, and what it told the one that runs. */
export class RenewalsOfRun {
  private startedThrough: number;
  private running: number | null;
  private lastTold: string | null;
  /**
   * Whether there was news of the entitlement as it was last looked at. The answer is kept, because news is looked for
   * at each turn and is rare.
   */
  private looked: { readonly at: Entitlement; readonly hasNews: boolean } | undefined;

  constructor({ startedThrough, running, lastTold }: CarriedRenewals = NONE) {
    this.startedThrough = startedThrough;
    this.running = running;
    this.lastTold = lastTold;
  }

  /** For an entitlement that is revived: the renewal that it started last runs, or is over. */
  static revived({ renewal }: Entitlement): RenewalsOfRun {
    const last = renewal?.n ?? 0;
    return new RenewalsOfRun({ startedThrough: last, running: last === 0 ? null : last, lastTold: null });
  }

  /** The number of the renewal that was started last; null before the first. */
  get last(): number | null {
    return this.running;
  }

  /** Whether the entitlement's newest renewal must still be started. */
  toStart({ renewal }: Entitlement): boolean {
    return renewal !== null && renewal.n > this.startedThrough;
  }

  /**
   * The renewal was started with this news. What happened to the entitlement meanwhile is news that it must still
   * get.
   */
  started(renewalNumber: number, news: RenewalNews): void {
    this.startedThrough = renewalNumber;
    this.running = renewalNumber;
    this.told(news);
  }

  /**
   * The end was edited before this renewal was started, so it is never started. The renewal before it gets the news.
   */
  passedOver(renewalNumber: number): void {
    this.startedThrough = renewalNumber;
    this.looked = undefined;
  }

  /** Whether something happened that the running renewal has not been told. */
  hasNews(entitlement: Entitlement): boolean {
    if (this.running === null || this.toStart(entitlement)) return false;
    if (this.looked === undefined || !isSame(this.looked.at, entitlement))
      this.looked = { at: entitlement, hasNews: markOf(newsOf(entitlement)) !== this.lastTold };
    return this.looked.hasNews;
  }

  /** The running renewal was told this news. */
  told(news: RenewalNews): void {
    this.lastTold = markOf(news);
    this.looked = undefined;
  }

  carried(): CarriedRenewals {
    return { startedThrough: this.startedThrough, running: this.running, lastTold: this.lastTold };
  }
}

/** What a renewal must know about its entitlement. */
export const newsOf = ({
  status,
  endsAt,
  renewedById,
  deleted,
  details,
  renewal,
  pausedSince,
}: Entitlement): RenewalNews => ({
  status,
  endsAt,
  renewedById,
  deleted,
  details,
  n: renewal?.n ?? 0,
  ...(pausedSince === undefined ? {} : { paused: true }),
});

/** Whether both have the same news. Cases never change any of it. */
const isSame = (one: Entitlement, other: Entitlement): boolean =>
  one.status === other.status &&
  one.endsAt === other.endsAt &&
  one.renewedById === other.renewedById &&
  one.deleted === other.deleted &&
  one.details === other.details &&
  one.pausedSince === other.pausedSince &&
  one.renewal === other.renewal;

const markOf = (news: RenewalNews): string => fingerprint([news]);

export interface CarriedRenewals {
  /** Renewals up to this number have been started or passed over. */
  readonly startedThrough: number;
  /** The number of the renewal that was started last. */
  readonly running: number | null;
  /** The fingerprint of the news that it was told last; null: not known. */
  readonly lastTold: string | null;
}

const NONE: CarriedRenewals = { startedThrough: 0, running: null, lastTold: null };
