import { anActive } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import type { World } from './story.ts';

const CALLERS = 4;

/** Callers who post cases and read lists one after the other, while something else happens. */
export class Load {
  readonly #world: World;
  readonly #contracts: readonly { readonly id: string; readonly customerId: string }[];
  readonly #refused: string[] = [];
  readonly #callers: Promise<void>[] = [];
  #answers = 0;
  #longestMs = 0;
  #isOver = false;

  private constructor(world: World, contracts: readonly { readonly id: string; readonly customerId: string }[]) {
    this.#world = world;
    this.#contracts = contracts;
  }

  /** Makes the customers and contracts that the callers use; nobody calls yet. */
  static async prepare(world: World): Promise<Load> {
    const contracts = [];
    for (let n = 0; n < CALLERS; n += 1) contracts.push(await anActive(world.system, { totalTerm: 100_000 }));
    return new Load(world, contracts);
  }

  begin(): void {
    for (const { id, customerId } of this.#contracts) this.#callers.push(this.#call(id, customerId));
  }

  /** No further requests; what was answered, what was answered otherwise than with success, and the longest wait. */
  async end(): Promise<{ answers: number; refused: readonly string[]; longestMs: number }> {
    this.#isOver = true;
    await Promise.all(this.#callers);
    return { answers: this.#answers, refused: this.#refused, longestMs: this.#longestMs };
  }

  async #call(entitlementId: string, customerId: string): Promise<void> {
    while (!this.#isOver) {
      const caseId = unique('case');
      await this.#ask(201, 'POST', '/v1/cases', { id: caseId, customerId, entitlementId });
      await this.#ask(200, 'POST', `/v1/cases/${caseId}/resolve`, { minutes: 5 });
      await this.#ask(200, 'GET', `/v1/entitlements/${entitlementId}/ledger`);
    }
  }

  async #ask(wanted: number, method: string, path: string, body?: object): Promise<void> {
    const askedAt = performance.now();
    const { status } = await this.#world.system.ask(method, path, body);
    this.#longestMs = Math.max(this.#longestMs, performance.now() - askedAt);
    this.#answers += 1;
    if (status !== wanted) this.#refused.push(`${method} ${path}: ${status}`);
  }
}
