import type { OfferRead } from '../../db/cases/offers.ts';
import type { NoEntitlement } from '../../db/cases/unattached-cases.ts';
import type { AttachEvent } from '../../domain/cases/case-event.ts';
import { type Judgement, judge } from '../../domain/cases/matching.ts';
import { type Candidate, candidates, type PickSettings, whyNone } from '../../domain/cases/picking.ts';
import { whyNoneInWords, whyPicked } from '../../domain/cases/picking-words.ts';
import { customerId, type EntitlementId } from '../../domain/ids.ts';
import type { RefusalCode } from '../../domain/refusals.ts';
import { type EventAnswer, toCaseEvent, type WireCaseEvent } from '../../workflows/entitlements/messages.ts';
import type { CaseInput } from './case-path.ts';

/** Refusals that say nothing of the entitlement: another candidate would give them too. */
const NOT_OF_THE_ENTITLEMENT: ReadonlySet<RefusalCode> = new Set(['conflict', 'idempotency_conflict', 'unavailable']);

/** Whether an entitlement that was only tried refused the case, so that the next is asked. */
export const wasTried = ({ outcome, code }: Pick<EventAnswer, 'outcome' | 'code'>): boolean =>
  outcome === 'refused' && code !== undefined && !NOT_OF_THE_ENTITLEMENT.has(code);

export type AttachInput = CaseInput & { readonly kind: 'attach' };

/**
 * The picking of an entitlement for one case: the candidates by what the read model offers, asked one after the other, as
 * each alone decides. Nothing between the reading and the asking needs a lock.
 */
export class CasePick {
  readonly event: AttachEvent;
  readonly judgements: readonly Judgement[];
  private readonly input: AttachInput;
  private readonly offers: readonly OfferRead[];
  private readonly options: { readonly when: 'create' | 'update'; readonly lastChances: boolean };
  private readonly asked = new Set<EntitlementId>();
  private current: Candidate | undefined;

  constructor(
    input: AttachInput,
    offers: readonly OfferRead[],
    options: { readonly when: 'create' | 'update'; readonly lastChances: boolean },
  ) {
    const event = toCaseEvent(input, customerId(input.customerId ?? ''));
    if (event.kind !== 'attach') throw new TypeError('A pick is for an attach.');
    this.event = event;
    this.input = input;
    this.offers = offers;
    this.options = options;
    this.judgements = judge(offers, event, Date.now());
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

  /** The attach as the present candidate is told it. */
  get wire(): Extract<WireCaseEvent, { kind: 'attach' }> {
    const { entitlementId: _named, onExisting: _existing, ...event } = this.input;
    if (this.current === undefined) return event;
    return { ...event, pickedBy: this.current.rule, why: whyPicked(this.current, this.judgements) };
  }

  /** The generation of the present candidate when it was read. */
  get generation(): number {
    return this.offers.find(({ entitlement }) => entitlement.id === this.current?.entitlement.id)?.generation ?? 0;
  }

  whyNone(settings: PickSettings): NoEntitlement {
    const reason = whyNone(this.judgements, settings, this.options.when);
    return { reason, explanation: whyNoneInWords(reason, this.judgements) };
  }
}
