import { findApiKey } from '../../db/access/api-keys.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { Identity } from '../http/identity.ts';
import { problem } from '../http/problem.ts';

/** A key that another process revoked works on here for at most this long. */
const KEY_LIFE_MS = 10_000;
/** Keys remembered: more than any organisation has, few enough to forget all at once. */
const MAX_REMEMBERED = 10_000;

/** The holders of API keys; a key that was looked up of late costs no query. */
export class KnownKeys {
  private readonly sql: Sql;
  private readonly known = new Map<string, { identity: Identity; until: number }>();
  /** Counts what was forgotten: what was being looked up meanwhile is not kept. */
  private forgotten = 0;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Whose key it is, where that was looked up a moment ago. */
  remembered(key: string): Identity | undefined {
    const known = this.known.get(key);
    return known !== undefined && known.until > Date.now() ? known.identity : undefined;
  }

  /** Whether the key was looked up here and found, be it long ago. */
  hasWorked(key: string): boolean {
    return this.known.has(key);
  }

  /** Refuses `unauthenticated` for a key that nobody has, or that was revoked or replaced. */
  async lookUp(key: string): Promise<Identity> {
    const { forgotten } = this;
    const found = await findApiKey(this.sql, key);
    if (found === undefined) {
      this.known.delete(key);
      throw problem('unauthenticated', 'The API key is not known, or was revoked.');
    }
    const { name, role, email, worksForMs } = found;
    const identity = { name, role, email };
    if (forgotten === this.forgotten) {
      if (this.known.size >= MAX_REMEMBERED) this.known.clear();
      this.known.set(key, { identity, until: Date.now() + Math.min(KEY_LIFE_MS, worksForMs ?? KEY_LIFE_MS) });
    }
    return identity;
  }

  /** To be called when a key was revoked or rotated: the change counts at once in this process. */
  forget(): void {
    this.forgotten += 1;
    this.known.clear();
  }
}
