import { expect } from 'vitest';
import { openApiDocument } from '../support/openapi-document.ts';

/** One route of the contract, as an attacker reads it. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly queryTexts: readonly string[];
  readonly hasCursor: boolean;
  readonly hasBody: boolean;
  /** Whether it takes `Idempotency-Key`. */
  readonly hasKey: boolean;
}

interface Schema {
  readonly type?: unknown;
  readonly anyOf?: readonly Schema[];
}
interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: unknown;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Every route of /openapi.json. */
export async function routes(): Promise<readonly Route[]> {
  const { paths } = await openApiDocument<Document>();
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => {
      const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
      return {
        method: method.toUpperCase(),
        path,
        queryTexts: names,
        hasCursor: names.includes('cursor'),
        hasBody: requestBody !== undefined,
        hasKey: parameters.some(({ name }) => name === 'Idempotency-Key'),
      };
    }),
  );
}

/** An attack of one kind that went through, in words. */
export type Through = string;

/** How many attacks of a kind were tried, and which went through; prints a line of the table. */
export class Attacks {
  readonly #kind: string;
  readonly #through: Through[] = [];
  #tried = 0;

  constructor(kind: string) {
    this.#kind = kind;
  }

  /** Counts one attack; `through` says what came of it, if anything did. */
  tried(through?: Through | false): void {
    this.#tried += 1;
    if (typeof through === 'string') this.#through.push(through);
  }

  /** Fails when one went through, or when fewer were tried than there should be. */
  check(atLeast: number): void {
    console.log(
      `attack: ${this.#kind.padEnd(44)} ${String(this.#tried).padStart(6)} tried, ${this.#through.length} through`,
    );
    expect(this.#through.slice(0, 10), `${this.#kind}: through`).toEqual([]);
    expect(this.#tried, `${this.#kind}: tried`).toBeGreaterThanOrEqual(atLeast);
  }
}

const AT_ONCE = 12;

/** Does the work for each item, twelve at a time. */
export async function forEachAtOnce<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const take = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}
