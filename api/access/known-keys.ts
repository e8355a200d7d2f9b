import { LRUCache } from 'lru-cache';
import type { FoundKey } from '../../db/access/api-keys.ts';
import type { Identity } from '../http/identity.ts';
import { problem } from '../http/problem.ts';

/** The longest time that this process accepts a key after another process revoked it. */
const KEY_LIFE_MS = 10_000;
/** The most keys that are remembered: more than any organisation has. The one used longest ago is forgotten first. */
const MAX_REMEMBERED = 10_000;

/** Without a resolution a cache needs no timers. */
const CLOCK = { now: () => Date.now() };
/** Holders of keys that end within this time are told of in the log. */
const ENDS_SOON_MS = 14 * 86_400_000;
/** For each key that ends soon, one warning in this time. */
const WARN_EVERY_MS = 86_400_000;

/** Whose key it is; undefined for a key that nobody has. */
type FindKey = (key: string) => Promise<FoundKey | undefined>;

interface Options {
  readonly max?: number;
  /** Told, at most once a day for each key, that a key that was just used ends within fourteen days. */
  readonly onEndingSoon?: (key: FoundKey) => void;
}

/** The holders of API keys. A key that was looked up a moment ago costs no query. */
export class KnownKeys {
  readonly #find: FindKey;
  readonly #known: LRUCache<string, Identity>;
  readonly #onEndingSoon: (key: FoundKey) => void;
  /** The keys that were told of in the last day, by their ids. */
  readonly #warned = new LRUCache<string, true>({
    max: MAX_REMEMBERED,
    ttl: WARN_EVERY_MS,
    ttlResolution: 0,
    perf: CLOCK,
  });
  /** Counts the calls of `forget`: a look-up that was under way during one is not remembered. */
  #forgotten = 0;

  constructor(find: FindKey, { max = MAX_REMEMBERED, onEndingSoon = () => undefined }: Options = {}) {
    this.#find = find;
    this.#onEndingSoon = onEndingSoon;
    // What is too old to be believed is kept for `hasWorked`.
    this.#known = new LRUCache({ max, noDeleteOnStaleGet: true, ttlResolution: 0, perf: CLOCK });
  }

  /** The holder of a key that was looked up a moment ago. */
  remembered(key: string): Identity | undefined {
    return this.#known.get(key);
  }

  /** Whether the key was looked up in this process and found, even if long ago. */
  hasWorked(key: string): boolean {
    return this.#known.peek(key, { allowStale: true }) !== undefined;
  }

  /**
   * The holder of a key. Refuses `unauthenticated` for a key that nobody has, or that was revoked or replaced, and
   * `key_expired` for one that has expired: only who has the secret learns that.
   */
  async lookUp(key: string): Promise<Identity> {
    const forgotten = this.#forgotten;
    const found = await this.#find(key);
    if (found === undefined) {
      this.#known.delete(key);
      throw problem('unauthenticated', 'The API key is unknown or was revoked. Send a key that works.');
    }
    const { name, role, email, worksForMs, isExpired, expiresAt } = found;
    if (isExpired) {
      this.#known.delete(key);
      throw problem('key_expired', 'The API key has expired. Ask an administrator to rotate it.');
    }
    if (expiresAt !== null && expiresAt.getTime() - Date.now() < ENDS_SOON_MS) this.#warn(found);
    const identity = { name, role, email };
    // The cache takes a life of 0 for one without end.
    const ttl = Math.max(1, Math.min(KEY_LIFE_MS, worksForMs ?? KEY_LIFE_MS));
    if (forgotten === this.#forgotten) this.#known.set(key, identity, { ttl });
    return identity;
  }

  #warn(key: FoundKey): void {
    if (this.#warned.has(key.id)) return;
    this.#warned.set(key.id, true);
    this.#onEndingSoon(key);
  }

  /** Forgets all keys. Called when a key was revoked or rotated, so that the change counts at once in this process. */
  forget(): void {
    this.#forgotten += 1;
    this.#known.clear();
  }
}
