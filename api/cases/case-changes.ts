import type { CaseContext } from '../../db/cases/case-contexts.ts';
import type { ReadOffers } from '../../db/cases/offers.ts';
import {
  type CaseChange,
  moveEvent,
  settingsForChange,
  stayRefusal,
  stepOf,
  takeOffEvent,
  takeOffRefusal,
} from '../../domain/cases/case-change.ts';
import type { AttachEvent } from '../../domain/cases/case-event.ts';
import { holdMarks } from '../../domain/cases/case-holds.ts';
import type { CaseRequest } from '../../domain/cases/case-request.ts';
import type { Considered } from '../../domain/cases/considered.ts';
import { problemWithNamed } from '../../domain/cases/named-records.ts';
import type { RecordedCase } from '../../domain/cases/recorded-case.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { type EntitlementId, entitlementId } from '../../domain/ids.ts';
import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import { type CaseOutcome, refusedOutcome } from './case-outcome.ts';
import { type CasePath, contextAt } from './case-path.ts';
import { CasePick, refusedAsCandidate } from './case-picking.ts';
import { requestOf } from './case-requests.ts';

/** How the entitlement of a move was found; `considered` is there if it was picked. */
type Picked = Pick<AttachEvent, 'pickedBy' | 'why'> & { readonly considered?: Considered };

interface ChangeParts {
  readonly offers: ReadOffers;
  readonly writeUnwritten: EntitlementsGateway['writeUnwritten'];
  /** The reasons that hold a case. */
  readonly holds: (caseId: string) => Promise<readonly string[]>;
}

/**
 * Changes of a case. The case stays where it is while its entitlement covers it. It moves to another entitlement if the
 * change names one, to the customer's default if the organisation wants that, or to one that matches if its own no
 * longer covers it. The new entitlement accepts first, then the old one gives back what it took. The rules:
 * domain/cases/case-change.ts.
 */
export class CaseChanges {
  private readonly path: CasePath;
  private readonly parts: ChangeParts;

  constructor(path: CasePath, parts: ChangeParts) {
    this.path = path;
    this.parts = parts;
  }

  /**
   * Applies the change, once by its key. Refusals are those of an attach, `not_found`, `wrong_state` and `conflict`.
   */
  async apply(change: CaseChange, by: string): Promise<CaseOutcome> {
    const { event } = change;
    const update = requestOf(event);
    const context = contextAt(await this.path.contextsOf([update]), 0);
    const { case: recorded, rowOfKey } = context;
    if (recorded === null || rowOfKey !== null || context.unattachedKey !== null) {
      const first = await this.one(update, by);
      return rowOfKey?.kind === 'detached' ? await this.withFacts(change, first, by) : first;
    }
    const unknown = problemWithNamed(update, context);
    if (unknown !== undefined) return refusedOutcome(event, unknown);
    const next = stepOf(change, recorded);
    switch (next.step) {
      case 'take off':
        return await this.takeOff(change, recorded, context, by);
      case 'move':
        return await this.move(change, recorded, next.to, by);
      case 'pick':
        return (await this.pick(change, recorded, context, by)) ?? (await this.stay(change, recorded, by));
      case 'stay':
        return await this.stay(change, recorded, by);
    }
  }

  private async one(request: CaseRequest, by: string): Promise<CaseOutcome> {
    const [outcome] = await this.path.apply([request], by);
    if (outcome === undefined) throw new TypeError('One event has one outcome.');
    return outcome;
  }

  /**
   * Moves the case. When the change first came, under the same key, it may have left the case in place. So everything
   * that the present entitlement decided about the case is written first: then the key is found, and the case moves as
   * it is.
   */
  private async move(
    { event }: CaseChange,
    recorded: RecordedCase,
    to: EntitlementId,
    by: string,
    picked: Picked = { pickedBy: 'named', why: null },
  ): Promise<CaseOutcome> {
    const { entitlementId: from } = recorded;
    const isNews = from !== null && (await this.parts.writeUnwritten(entitlementId(from), event.caseId));
    const known = (isNews ? contextAt(await this.path.contextsOf([requestOf(event)]), 0).case : null) ?? recorded;
    const heldFor = holdMarks(await this.parts.holds(event.caseId));
    const { considered, ...rule } = picked;
    const moved = { event: moveEvent(event, { ...known, heldFor }, rule), named: to, isMove: true };
    return await this.one(considered === undefined ? moved : { ...moved, considered }, by);
  }

  /** The outcome of a move that the change causes without naming an entitlement; undefined where the case stays. */
  private async pick(
    change: CaseChange,
    recorded: RecordedCase,
    { settings }: CaseContext,
    by: string,
  ): Promise<CaseOutcome | undefined> {
    const attach = moveEvent(change.event, recorded);
    const offers = await this.parts.offers(attach.customerId);
    const pick = new CasePick(attach, offers, { when: 'update', lastChances: false, now: Date.now() });
    const wanted = settingsForChange(settings, change, recorded, attach, pick.judgements);
    for (let next = pick.next(wanted); next !== undefined; next = pick.next(wanted)) {
      const { id } = next.entitlement;
      if (id === recorded.entitlementId) return undefined;
      const { pickedBy, why } = pick.attach;
      const considered = pick.considered(wanted);
      const outcome = await this.move(change, recorded, id, by, { pickedBy, why, considered });
      if (!refusedAsCandidate(outcome)) return outcome;
      pick.noteRefusal(outcome);
    }
    return undefined;
  }

  private async stay({ event }: CaseChange, recorded: RecordedCase, by: string): Promise<CaseOutcome> {
    const refused = stayRefusal(event, recorded);
    return refused === undefined ? await this.one(requestOf(event), by) : refusedOutcome(event, refused);
  }

  /** Has the entitlement give back what the case took; then the case is on record without one. */
  private async takeOff(
    change: CaseChange,
    recorded: RecordedCase,
    { settings }: CaseContext,
    by: string,
  ): Promise<CaseOutcome> {
    const { event } = change;
    const refused = takeOffRefusal(event, recorded, settings);
    if (refused !== undefined) return refusedOutcome(event, refused);
    return await this.withFacts(change, await this.one(requestOf(takeOffEvent(event)), by), by);
  }

  /**
   * After a change took the case off its entitlement, applies the other fields of the change to the case's record,
   * once.
   */
  private async withFacts({ event }: CaseChange, off: CaseOutcome, by: string): Promise<CaseOutcome> {
    if (off.outcome === 'refused' || !FACTS.some((fact) => event[fact] !== undefined)) return off;
    const changed = await this.one(requestOf({ ...event, key: `facts:${fingerprint([event.key])}` }), by);
    const { seq, change, remainingTerm } = off;
    return { ...changed, seq, change, remainingTerm };
  }
}

const FACTS = ['customerId', 'contactId', 'productId', 'channel', 'minutes', 'decrements'] as const;
