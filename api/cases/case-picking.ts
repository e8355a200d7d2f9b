import type { OfferRead } from '../../db/cases/offers.ts';
import type { NoEntitlement } from '../../db/cases/unattached-cases.ts';
import type { AttachEvent } from '../../domain/cases/case-event.ts';
import { type Considered, considered } from '../../domain/cases/considered.ts';
import { type Judgement, judge } from '../../domain/cases/matching.ts';
import { type Candidate, candidates, type PickSettings, whyNone } from '../../domain/cases/picking.ts';
import { whyNoneInWords, whyPicked } from '../../domain/cases/picking-words.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { Refusal, RefusalCode } from '../../domain/refusals.ts';
import type { EventAnswer } from '../../workflows/entitlements/case-messages.ts';

/** Refusals that do not depend on the entitlement: another candidate would give them too. */
const SAME_FROM_ANY: ReadonlySet<RefusalCode> = new Set(['conflict', 'idempotency_conflict', 'unavailable']);

/** Whether a candidate refused the case for a reason of its own, so that the next one is asked. */
export const refusedAsCandidate = ({ outcome, code }: Pick<EventAnswer, 'outcome' | 'code'>): boolean =>
  outcome === 'refused' && code !== undefined && !SAME_FROM_ANY.has(code);

interface PickOptions {
  readonly when: 'create' | 'update';
  /** Ask exhausted entitlements too: an earlier event of the same list may free what they need. */
  readonly lastChances: boolean;
  /** The instant by which the entitlements are judged. */
  readonly now: number;
}

/**
 * Picks an entitlement for one case. The read model says which entitlements may take it; they are asked one after the
 * other, and each alone decides. So nothing that happens between reading and asking needs a lock.
 */
export class CasePick {
  /** What each of the customer's active entitlements would do with the case, the most specific first. */
  readonly judgements: readonly Judgement[];
  private readonly event: AttachEvent;
  private readonly offers: readonly OfferRead[];
  private readonly options: PickOptions;
  private readonly asked = new Set<EntitlementId>();
  private readonly refusals = new Map<EntitlementId, Refusal>();
  private current: Candidate | undefined;

  constructor(event: AttachEvent, offers: readonly OfferRead[], options: PickOptions) {
    this.event = event;
    this.offers = offers;
    this.options = options;
    this.judgements = judge(offers, event, options.now);
  }

  /** The candidate to ask now, never the same twice; undefined after the last. */
  next(settings: PickSettings): Candidate | undefined {
    const { when, lastChances } = this.options;
    this.current = candidates(this.judgements, settings, when, lastChances).find(
      ({ entitlement }) => !this.asked.has(entitlement.id),
    );
    if (this.current !== undefined) this.asked.add(this.current.entitlement.id);
    return this.current;
  }

  /** The attach as the present candidate is asked: with the rule that picked it, and why. */
  get attach(): AttachEvent {
    if (this.current === undefined) return this.event;
    return { ...this.event, pickedBy: this.current.rule, why: whyPicked(this.current, this.judgements) };
  }

  /** The number of the present candidate's newest checkpoint when it was read; see RunMemory. */
  get checkpoint(): number {
    return this.offers.find(({ entitlement }) => entitlement.id === this.current?.entitlement.id)?.generation ?? 0;
  }

  /** Notes that the present candidate refused, for a reason of its own; see `refusedAsCandidate`. */
  noteRefusal({ code, detail = '' }: Pick<EventAnswer, 'code' | 'detail'>): void {
    if (this.current !== undefined && code !== undefined)
      this.refusals.set(this.current.entitlement.id, { code, detail });
  }

  /** What is kept with the decision if the present candidate takes the case; without one, if none does. */
  considered({ matching }: PickSettings): Considered {
    return considered(this.judgements, { picked: this.current, refusals: this.refusals, matching });
  }

  /** Why the case gets no entitlement. */
  whyNone(settings: PickSettings): NoEntitlement {
    const reason = whyNone(this.judgements, settings, this.options.when);
    return {
      reason,
      explanation: whyNoneInWords(reason, this.judgements),
      considered: this.considered(settings),
    };
  }
}
