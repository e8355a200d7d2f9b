import { newIdempotencyKey } from '../../client/persistent-fetch.ts';

/** The idempotency keys of the inputs that were tried and not done yet: their outcome may be unknown. */
export class SendKeys {
  readonly #keys = new Map<string, string>();

  /** The same key for the same input, until it is done. */
  keyOf(input: unknown): string {
    const of = JSON.stringify(input) ?? '';
    const key = this.#keys.get(of) ?? newIdempotencyKey();
    this.#keys.set(of, key);
    return key;
  }

  /** The change was made: the same input is a new change from now on. What else was tried keeps its key. */
  done(input: unknown): void {
    this.#keys.delete(JSON.stringify(input) ?? '');
  }
}
