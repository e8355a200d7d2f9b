import type { Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { createEntitlement, record } from '../../../domain/entitlements/evolve.ts';
import { decideCreate, decideLife, type LifeCommand, type LifeCommandKind } from '../../../domain/entitlements/life.ts';
import type { EntitlementId } from '../../../domain/ids.ts';
import type { LedgerRow, Origin } from '../../../domain/ledger/ledger-row.ts';
import { isRefused, RefusalError, refusalError } from '../../../domain/refusals.ts';
import type { CreateMessage, LifeAnswer, LifeMessage } from '../../../workflows/entitlements/life-messages.ts';
import type { FormerSuccessor } from '../../../workflows/entitlements/ports.ts';
import { DURING } from '../domain/samples.ts';

/** Entitlements in memory that decide by the rules of the domain, once by each key, as the gateway has them decide. */
export class FakeEntitlements {
  now = DURING;
  readonly sent: string[] = [];
  /** Runs before each message, with its kind; can throw. */
  before: (kind: string) => void = () => undefined;
  private readonly kept = new Map<EntitlementId, Entitlement>();
  private readonly rows = new Map<EntitlementId, LedgerRow[]>();

  of(id: EntitlementId): Entitlement {
    const found = this.kept.get(id);
    if (found === undefined) throw refusalError('not_found', `There is no entitlement ${id}.`);
    return found;
  }

  rowsOf(id: EntitlementId): readonly LedgerRow[] {
    return this.rows.get(id) ?? [];
  }

  existenceOf = async (id: EntitlementId): Promise<'none' | 'there' | 'deleted'> => {
    const found = this.kept.get(id);
    if (found === undefined) return 'none';
    return found.deleted ? 'deleted' : 'there';
  };

  detailsOfNewest = async (id: EntitlementId) =>
    this.rowsOf(id).findLast(({ kind }) => kind === 'renewed')?.facts?.details;

  create = async (id: EntitlementId, { details, renewsId, ...message }: CreateMessage): Promise<LifeAnswer> => {
    this.before('create');
    const known = this.rowsOf(id).find(({ key }) => key === message.key);
    if (known !== undefined) return this.answer(id, known, true);
    this.sent.push(`create ${message.key}`);
    const created = decideCreate(details, this.origin(message), renewsId);
    if (isRefused(created)) throw new RefusalError(created.refused);
    const { entitlement, row } = createEntitlement(id, created);
    this.kept.set(id, entitlement);
    this.rows.set(id, [row]);
    return this.answer(id, row, false);
  };

  command = async (id: EntitlementId, kind: LifeCommandKind, message: LifeMessage): Promise<LifeAnswer> => {
    this.before(kind);
    const known = this.rowsOf(id).find(({ key }) => key !== null && key === message.key);
    if (known !== undefined) return this.answer(id, known, true);
    this.sent.push(`${kind} ${message.key}`);
    const decided = decideLife(this.of(id), { kind, ...message } as LifeCommand, this.origin(message));
    if (isRefused(decided)) throw new RefusalError(decided.refused);
    const { entitlement, row } = record(this.of(id), decided);
    this.kept.set(id, entitlement);
    this.rows.get(id)?.push(row);
    return this.answer(id, row, false);
  };

  freePredecessor = async ({ id, predecessorId, why }: FormerSuccessor): Promise<void> => {
    const key = `successor-ended:${id}`;
    await this.command(predecessorId, 'successor-ended', { by: 'allot', key, reason: why, successorId: id });
  };

  private origin({ by, key, reason = null }: { by: string; key: string | null; reason?: string | null }): Origin {
    return { at: this.now, by, key, fingerprint: null, reason };
  }

  private answer(id: EntitlementId, row: LedgerRow, repeated: boolean): LifeAnswer {
    return { row, repeated, snapshot: { entitlement: this.of(id), generation: 0 } };
  }
}
