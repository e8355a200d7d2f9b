import { LRUCache } from 'lru-cache';
import type { findApiKey } from '../../db/access/api-keys.ts';
import type { Identity } from '../http/identity.ts';
import { problem } from '../http/problem.ts';

/** The longest time that this process accepts a key after another process revoked it. */
const KEY_LIFE_MS = 10_000;
/** The most keys that are remembered: more than any organisation has. The one used longest ago is forgotten first. */
const MAX_REMEMBERED = 10_000;

/** Who has a key, and for how many milliseconds it still works; undefined for a key that nobody has. */
type FindKey = (key: string) => ReturnType<typeof findApiKey>;

/** The holders of API keys. A key that was looked up a moment ago costs no query. */
export class KnownKeys {
  readonly #find: FindKey;
  readonly #known: LRUCache<string, Identity>;
  /** Counts the calls of `forget`: a look-up that was under way during one is not remembered. */
  #forgotten = 0;

  constructor(find: FindKey, max = MAX_REMEMBERED) {
    this.#find = find;
    // What is too old to be believed is kept for `hasWorked`. Without a resolution the cache needs no timers.
    this.#known = new LRUCache({ max, noDeleteOnStaleGet: true, ttlResolution: 0, perf: { now: () => Date.now() } });
  }

  /** The holder of a key that was looked up a moment ago. */
  remembered(key: string): Identity | undefined {
    return this.#known.get(key);
  }

  /** Whether the key was looked up in this process and found, even if long ago. */
  hasWorked(key: string): boolean {
    return this.#known.peek(key, { allowStale: true }) !== undefined;
  }

  /** The holder of a key. Refuses `unauthenticated` for a key that nobody has, or that was revoked or replaced. */
  async lookUp(key: string): Promise<Identity> {
    const forgotten = this.#forgotten;
    const found = await this.#find(key);
    if (found === undefined) {
      this.#known.delete(key);
      throw problem('unauthenticated', 'The API key is unknown or was revoked. Send a key that works.');
    }
    const { name, role, email, worksForMs } = found;
    const identity = { name, role, email };
    // The cache takes a life of 0 for one without end.
    const ttl = Math.max(1, Math.min(KEY_LIFE_MS, worksForMs ?? KEY_LIFE_MS));
    if (forgotten === this.#forgotten) this.#known.set(key, identity, { ttl });
    return identity;
  }

  /** Forgets all keys. Called when a key was revoked or rotated, so that the change counts at once in this process. */
  forget(): void {
    this.#forgotten += 1;
    this.#known.clear();
  }
}
