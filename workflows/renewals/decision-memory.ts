import { type Decided, type Refusal, refuse } from '../../domain/refusals.ts';

/** The number of the step that a decision became. */
interface DecidedStep {
  readonly seq: number;
}

/** Which decisions a renewal has taken under which keys, and what came of them. A key is answered once. */
export class DecisionMemory {
  private readonly byKey = new Map<string, { readonly content: string; readonly seq: number }>();
  private readonly refusals = new Map<number, Refusal>();

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  /** The first answer under the key; undefined if it is new. Refuses `idempotency_conflict` for other content. */
  firstAnswer(key: string, content: string): Decided<DecidedStep> | undefined {
    const first = this.byKey.get(key);
    if (first === undefined) return undefined;
    if (first.content === content) return { seq: first.seq };
    return refuse('idempotency_conflict', `The key ${key} came before with other content.`);
  }

  remember(key: string, content: string, seq: number): void {
    this.byKey.set(key, { content, seq });
  }

  /** The decision came to nothing: its callers get the refusal, and the key may decide again. */
  refuseLater(key: string | undefined, seq: number, refusal: Refusal): void {
    this.refusals.set(seq, refusal);
    if (key !== undefined) this.byKey.delete(key);
  }

  /** Why a decision that had been taken came to nothing; undefined if it did not. */
  refusalAt(seq: number): Refusal | undefined {
    return this.refusals.get(seq);
  }
}
