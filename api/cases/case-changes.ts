import type { CaseContext } from '../../db/cases/case-contexts.ts';
import type { ReadOffers } from '../../db/cases/offers.ts';
import { changeMark } from '../../domain/cases/case-event.ts';
import { notCovered } from '../../domain/cases/cover.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { entitlementId } from '../../domain/ids.ts';
import { refuse } from '../../domain/refusals.ts';
import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import type { WireCaseEvent } from '../../workflows/entitlements/messages.ts';
import { type CaseOutcome, refusedOutcome } from './case-outcome.ts';
import { type CaseInput, type CasePath, contextAt } from './case-path.ts';
import { type AttachInput, CasePick, wasTried } from './case-picking.ts';
import { namesUnknown } from './case-routing.ts';

/** What is to change about a case; what is absent stays. */
export interface CaseChange {
  readonly caseId: string;
  readonly key: string;
  readonly customerId?: string | undefined;
  readonly contactId?: string | null | undefined;
  readonly productId?: string | null | undefined;
  readonly channel?: string | null | undefined;
  readonly minutes?: number | undefined;
  readonly decrementEntitlementTerm?: boolean | undefined;
  /** Another entitlement, or null for none. */
  readonly entitlementId?: string | null | undefined;
  readonly overrides?: boolean | undefined;
  readonly reason?: string | undefined;
}

type KnownCase = NonNullable<CaseContext['case']>;

/**
 * Changes of a case. It stays where it is while its entitlement covers it; it moves to another that is named, to the
 * default where the organisation wants that, or to one that matches when its own covers it no longer. The new one accepts
 * first, then the old one gives back what it took.
 */
export class CaseChanges {
  private readonly path: CasePath;
  private readonly offers: ReadOffers;
  private readonly writeUnwritten: EntitlementsGateway['writeUnwritten'];

  constructor(
    path: CasePath,
    { offers, writeUnwritten }: { offers: ReadOffers; writeUnwritten: EntitlementsGateway['writeUnwritten'] },
  ) {
    this.path = path;
    this.offers = offers;
    this.writeUnwritten = writeUnwritten;
  }

  /** What became of it. Refusals are those of an attach, `not_found`, `wrong_state` and `conflict`. */
  async apply(change: CaseChange, by: string): Promise<CaseOutcome> {
    const update = updateOf(change);
    const context = contextAt(await this.path.contextsOf([update]), 0);
    const { case: supportCase, rowOfKey } = context;
    if (supportCase === null || rowOfKey !== null || context.unattachedKey !== null) {
      const first = await this.one(update, by);
      return rowOfKey?.kind === 'detached' ? await this.withFacts(change, first, by) : first;
    }
    const unknown = namesUnknown(update, context);
    if (unknown !== undefined) return refusedOutcome(change, unknown);
    const { entitlementId: named } = change;
    if (named === null && supportCase.entitlementId !== null)
      return await this.takeOff(change, supportCase, context, by);
    if (named != null && named !== supportCase.entitlementId) return await this.move(change, supportCase, named, by);
    // Where an entitlement is named there is no second choice.
    const moved = named === undefined ? await this.picked(change, supportCase, context, by) : undefined;
    return moved ?? (await this.staying(change, supportCase, by));
  }

  private async one(input: CaseInput, by: string): Promise<CaseOutcome> {
    const [outcome] = await this.path.apply([input], by);
    if (outcome === undefined) throw new TypeError('One event has one outcome.');
    return outcome;
  }

  /**
   * A change that moves the case by now may have left it in place when it first came, under the same key: what the present
   * entitlement decided about the case is written first, so that the key is found and the case moves as it is.
   */
  private async move(
    change: CaseChange,
    supportCase: KnownCase,
    to: string,
    by: string,
    picked: Pick<AttachInput, 'pickedBy' | 'why'> = {},
  ): Promise<CaseOutcome> {
    const { entitlementId: from } = supportCase;
    const isNews = from !== null && (await this.writeUnwritten(entitlementId(from), change.caseId));
    const known = isNews ? contextAt(await this.path.contextsOf([updateOf(change)]), 0).case : supportCase;
    return await this.one({ ...this.moving(change, known ?? supportCase, to), ...picked }, by);
  }

  /** The outcome of a move that the change brings about by itself; undefined when the case stays. */
  private async picked(
    change: CaseChange,
    supportCase: KnownCase,
    { settings }: CaseContext,
    by: string,
  ): Promise<CaseOutcome | undefined> {
    const attach = this.moving(change, supportCase, null);
    const hasChanged = (field: 'customerId' | 'contactId' | 'productId' | 'channel') =>
      (attach[field] ?? null) !== supportCase[field];
    const calls = hasChanged('customerId') || hasChanged('contactId') || hasChanged('productId');
    // What was taken off on purpose is put on again by name alone.
    if (supportCase.status !== 'active' || supportCase.reason === 'taken_off') return undefined;
    if (!calls && !hasChanged('channel')) return undefined;
    const pick = new CasePick(attach, await this.offers(attach.customerId), {
      when: 'update',
      lastChances: false,
    });
    const own = pick.judgements.find(({ entitlement }) => entitlement.id === supportCase.entitlementId);
    const stays =
      supportCase.entitlementId !== null &&
      !hasChanged('customerId') &&
      (own === undefined || notCovered(own.entitlement, pick.event) === undefined);
    const wanted = {
      ...settings,
      autoApplyDefaultOnCaseUpdate: settings.autoApplyDefaultOnCaseUpdate && calls,
      matching: settings.matching && !stays,
    };
    for (let next = pick.next(wanted); next !== undefined; next = pick.next(wanted)) {
      if (next.entitlement.id === supportCase.entitlementId) return undefined;
      const { kind, ...wire } = pick.wire;
      const picked = kind === 'attach' && 'pickedBy' in wire ? { pickedBy: wire.pickedBy, why: wire.why } : {};
      const outcome = await this.move(change, supportCase, next.entitlement.id, by, picked);
      if (outcome.outcome === 'accepted' || !wasTried(outcome)) return outcome;
    }
    return undefined;
  }

  private async staying(change: CaseChange, supportCase: KnownCase, by: string): Promise<CaseOutcome> {
    const { customerId } = change;
    if (supportCase.entitlementId !== null && customerId !== undefined && customerId !== supportCase.customerId)
      return refusedOutcome(
        change,
        refuse(
          'customer_mismatch',
          `The entitlement ${supportCase.entitlementId} is of customer ${supportCase.customerId}, and none of ${customerId} takes the case: name one in entitlementId, or null for none.`,
        ).refused,
      );
    return await this.one(updateOf(change), by);
  }

  /** Gives the entitlement back what the case took; then the case is on record without one. */
  private async takeOff(
    change: CaseChange,
    supportCase: KnownCase,
    { settings }: CaseContext,
    by: string,
  ): Promise<CaseOutcome> {
    const { caseId, key, reason } = change;
    if (settings.demandEntitlement)
      return refusedOutcome(
        change,
        refuse('no_entitlement', 'The organisation demands an entitlement for every case.').refused,
      );
    if (supportCase.status !== 'active')
      return refusedOutcome(
        change,
        refuse('wrong_state', `The case ${caseId} is ${supportCase.status}: reactivate it first.`).refused,
      );
    const detach = { kind: 'detach', caseId, key, mark: markOf(change) } as const;
    const outcome = await this.one({ ...detach, ...(reason === undefined ? {} : { reason }) }, by);
    return await this.withFacts(change, outcome, by);
  }

  /** What else the change says of a case that was taken off: told to its record, once. */
  private async withFacts(change: CaseChange, off: CaseOutcome, by: string): Promise<CaseOutcome> {
    if (off.outcome === 'refused' || !FACTS.some((field) => change[field] !== undefined)) return off;
    const key = `facts:${fingerprint([change.key])}`;
    const changed = await this.one({ ...updateOf(change), key }, by);
    const { seq, change: given, remainingTerm } = off;
    return { ...changed, seq, change: given, remainingTerm };
  }

  /** The attach that puts the case, as it will be, on an entitlement; and away from its present one. */
  private moving(
    change: CaseChange,
    supportCase: KnownCase,
    to: string | null,
  ): AttachInput & { readonly customerId: string } {
    const { caseId, key, overrides, reason } = change;
    const from = supportCase.entitlementId;
    const seq = from === null ? supportCase.version : supportCase.entitlementSeq;
    return {
      kind: 'attach',
      caseId,
      key,
      customerId: change.customerId ?? supportCase.customerId,
      contactId: change.contactId === undefined ? supportCase.contactId : change.contactId,
      productId: change.productId === undefined ? supportCase.productId : change.productId,
      channel: change.channel === undefined ? supportCase.channel : change.channel,
      title: supportCase.title,
      minutes: change.minutes ?? supportCase.minutes,
      decrementEntitlementTerm: change.decrementEntitlementTerm ?? supportCase.decrements,
      entitlementId: to,
      onExisting: true,
      ...(overrides === undefined ? {} : { overrides }),
      ...(reason === undefined ? {} : { reason }),
      mark: markOf(change),
      ...(seq === null ? {} : { movedFrom: { entitlementId: from === null ? null : entitlementId(from), seq } }),
    };
  }
}

const FACTS = ['customerId', 'contactId', 'productId', 'channel', 'minutes', 'decrementEntitlementTerm'] as const;

/** Marks all that was asked for, so that the same key with another change is known, whatever became of the first. */
const markOf = (change: CaseChange): string =>
  changeMark(
    change.caseId,
    FACTS.map((field) => change[field]),
    change,
  );

/** What the change says of the case itself. */
export function updateOf(change: CaseChange): Extract<WireCaseEvent, { kind: 'update' }> {
  const { entitlementId: _named, ...update } = change;
  return { kind: 'update', mark: markOf(change), ...update };
}
