import type { EpochMs } from '../domain/calendar.ts';
import type { Entitlement } from '../domain/entitlements/entitlement.ts';
import { acceptanceKeys, successorSeed, takeBackKey } from '../domain/entitlements/succession.ts';
import { acceptedDetails } from '../domain/entitlements/successor-details.ts';
import { type EntitlementId, entitlementId } from '../domain/ids.ts';
import { OWN_NAME } from '../domain/input-limits.ts';
import { RefusalError, refusalError } from '../domain/refusals.ts';
import type { EntitlementDetails } from '../domain/terms/details.ts';
import { idFrom } from '../runtime/id-from.ts';
import type { LifeMessage } from '../workflows/entitlements/life-messages.ts';
import { creationOf } from '../workflows/entitlements/run-input.ts';
import { EntitlementMaker, type MakerParts } from './entitlement-maker.ts';
import type { EntitlementsGateway } from './entitlements-gateway.ts';
import { isRefusedForGood } from './temporal-failures.ts';

/** What the database knows about successors; see db/renewals/successor-records.ts. */
export interface SuccessorRecords {
  readonly existenceOf: MakerParts['existenceOf'];
  /** The details that the ledger of the predecessor has for the successor it was renewed with last. */
  readonly detailsOfNewest: (predecessorId: EntitlementId) => Promise<EntitlementDetails | undefined>;
}

/** An accepted renewal, and what its successor has that the old entitlement has not. */
export interface Acceptance {
  readonly renewalId: string;
  readonly predecessor: Entitlement;
  readonly changes: Partial<EntitlementDetails>;
  readonly at: EpochMs;
  readonly by: string;
  readonly reason: string | null;
}

const ID_PREFIX = 'ent';

/** The id of the successor that an accepted renewal makes. */
export const successorIdOf = (renewalId: string): EntitlementId => successorId(successorSeed.byRenewal(renewalId));

const successorId = (seed: string): EntitlementId => entitlementId(idFrom(ID_PREFIX, seed));

/**
 * Makes the successors of entitlements. The predecessor always decides first and names its successor in its ledger;
 * then the successor is written as a draft. Each step has a once-only key of its own, so a try that died is finished
 * by the next one.
 */
export class SuccessorMaker {
  private readonly gateway: Pick<EntitlementsGateway, 'create' | 'command' | 'freePredecessor'>;
  private readonly records: SuccessorRecords;
  private readonly maker: EntitlementMaker;

  constructor(gateway: SuccessorMaker['gateway'], records: SuccessorRecords) {
    this.gateway = gateway;
    this.records = records;
    this.maker = new EntitlementMaker({ gateway, existenceOf: records.existenceOf });
  }

  /**
   * Renews an expired or canceled entitlement by hand: the successor is a draft from today, or from the day after the
   * end. Refuses as `decideLife` does.
   */
  async renewByHand(
    predecessor: EntitlementId,
    message: Omit<LifeMessage<'renew'>, 'successorId'> & { readonly key: string },
  ): Promise<Entitlement> {
    const id = successorId(successorSeed.byHand(predecessor, message.key));
    const { row } = await this.gateway.command(predecessor, 'renew', { ...message, successorId: id });
    const details = row.facts?.details;
    if (details === undefined) throw new TypeError('The row of a renewal says what its successor is.');
    // The predecessor's workflow starts the same draft. Whichever comes second finds that it exists.
    const creation = creationOf({ id, details, by: row.by }, predecessor);
    const whenDeleted = () =>
      refusalError('conflict', `The draft that this key made, ${id}, was deleted.`, 'Idempotency-Key');
    return await this.maker.makeDraft({ id, creation, whenDeleted });
  }

  /**
   * Makes and activates the successor of an accepted renewal. A refusal is final: then there is no successor, and the
   * predecessor can be renewed again.
   */
  async accept(acceptance: Acceptance): Promise<EntitlementId> {
    const { renewalId, predecessor, by, reason } = acceptance;
    const id = successorIdOf(renewalId);
    const details = await this.takenByPredecessor(id, acceptance);
    try {
      const creation = creationOf({ id, details, by }, predecessor.id);
      const whenDeleted = () => refusalError('wrong_state', `The successor ${id} was deleted before it was activated.`);
      const activation = { by, reason, key: acceptanceKeys(renewalId).activate };
      await this.maker.makeActive({ id, creation, whenDeleted }, activation);
    } catch (error) {
      if (isFinal(error)) await this.takeBack(predecessor.id, id);
      throw error;
    }
    return id;
  }

  /**
   * Has the predecessor name its successor, and gives the successor's details. An earlier try may have done so
   * already.
   */
  private async takenByPredecessor(
    id: EntitlementId,
    { renewalId, predecessor, changes, at, by, reason }: Acceptance,
  ): Promise<EntitlementDetails> {
    if (predecessor.renewedById === id) {
      const details = await this.records.detailsOfNewest(predecessor.id);
      if (details !== undefined) return details;
      throw new TypeError(`The ledger of ${predecessor.id} does not say what its successor is.`);
    }
    const details = acceptedDetails(predecessor, changes, at);
    const message = { by, reason, key: acceptanceKeys(renewalId).accept, successorId: id, details };
    const { row } = await this.gateway.command(predecessor.id, 'accept-renewal', message);
    return row.facts?.details ?? details;
  }

  /** Leaves nothing half done: the draft is deleted, and the predecessor names it no longer. */
  private async takeBack(predecessorId: EntitlementId, id: EntitlementId): Promise<void> {
    const why = `Its successor ${id} could not be activated.`;
    if ((await this.records.existenceOf(id)) === 'there')
      await this.gateway.command(id, 'delete', {
        by: OWN_NAME,
        key: takeBackKey(id),
        reason: 'It could not be activated.',
      });
    await this.gateway.freePredecessor({ id, predecessorId, why });
  }
}

/**
 * Whether the same request would fail in the same way again. An entitlement and Temporal's server repeat their
 * refusals; something that is only away may be there next time.
 */
export const isFinal = (error: unknown): error is Error =>
  error instanceof RefusalError ? error.refusal.code !== 'unavailable' : isRefusedForGood(error);
