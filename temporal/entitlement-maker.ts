import type { Entitlement } from '../domain/entitlements/entitlement.ts';
import type { EntitlementId } from '../domain/ids.ts';
import { RefusalError } from '../domain/refusals.ts';
import type { CreateMessage, LifeMessage } from '../workflows/entitlements/life-messages.ts';
import type { EntitlementsGateway } from './entitlements-gateway.ts';

/**
 * What the database knows about an entitlement that somebody wants to make: `none` yet, there, or deleted as a draft.
 */
export type Existence = 'none' | 'there' | 'deleted';

export interface MakerParts {
  readonly gateway: Pick<EntitlementsGateway, 'create' | 'command'>;
  /** Reads from the database whether the entitlement was made before. */
  readonly existenceOf: (id: EntitlementId) => Promise<Existence>;
}

/** The draft that is made, and the refusal for the case that somebody deleted it after an earlier try had made it. */
export interface DraftToMake {
  readonly id: EntitlementId;
  readonly creation: CreateMessage;
  readonly whenDeleted: () => RefusalError;
}

/** Makes entitlements under ids and keys that the caller derives from its request: a second try makes no second one. */
export class EntitlementMaker {
  private readonly parts: MakerParts;

  constructor(parts: MakerParts) {
    this.parts = parts;
  }

  /** Writes the draft, or finds the one that an earlier try wrote. Refuses as `whenDeleted` says. */
  async makeDraft({ id, creation, whenDeleted }: DraftToMake): Promise<Entitlement> {
    const existence = await this.parts.existenceOf(id);
    if (existence === 'deleted') throw whenDeleted();
    return await this.create({ id, creation, whenDeleted }, existence === 'there');
  }

  /** A draft that is known and no longer there was deleted meanwhile. */
  private async create({ id, creation, whenDeleted }: DraftToMake, isKnown: boolean): Promise<Entitlement> {
    try {
      const { snapshot } = await this.parts.gateway.create(id, creation, isKnown);
      return snapshot.entitlement;
    } catch (error) {
      if (isKnown && error instanceof RefusalError && error.refusal.code === 'not_found') throw whenDeleted();
      throw error;
    }
  }

  /**
   * Writes the draft and activates it. Somebody may see the draft before that, and activate or delete it by hand: an
   * activated one is taken as it is, a deleted one is refused as `whenDeleted` says.
   */
  async makeActive(draft: DraftToMake, activation: LifeMessage): Promise<Entitlement> {
    const made = await this.makeDraft(draft);
    if (made.status !== 'draft') return made;
    try {
      const { snapshot } = await this.parts.gateway.command(draft.id, 'activate', activation);
      return snapshot.entitlement;
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      if (error.refusal.code === 'not_found') throw draft.whenDeleted();
      if (error.refusal.code !== 'wrong_state') throw error;
      const now = await this.create(draft, true);
      if (now.status === 'draft') throw error;
      return now;
    }
  }
}
