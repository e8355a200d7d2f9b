import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '../../domain/access/roles.ts';
import { type Decided, isRefused, refuse } from '../../domain/refusals.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { type ChangeOrigin, recordChange } from './audit.ts';

/** The person or program that a key belongs to. */
export interface KeyHolder {
  readonly name: string;
  readonly role: Role;
  readonly email: string | null;
}

/** A key without its secrets. */
export interface ApiKey extends KeyHolder {
  readonly id: string;
  readonly createdAt: Date;
  /** From this instant on none of its secrets works; null: it works until it is revoked. */
  readonly expiresAt: Date | null;
  readonly rotatedAt: Date | null;
  /** Until this instant a replaced secret still works; null when none does. */
  readonly replacedWorksUntil: Date | null;
  readonly revokedAt: Date | null;
}

/** A key with its new secret, which is shown only this once: the database keeps only its hash. */
export interface ToldKey {
  readonly apiKey: ApiKey;
  readonly key: string;
}

/** Marks a text as an Allot key, so that scanners recognise a leaked one. */
const PREFIX = 'allot_';
const KEY_BYTES = 32;

const newSecret = (): string => PREFIX + randomBytes(KEY_BYTES).toString('base64url');
const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();
/** A new random id for a key. */
export const newApiKeyId = (): string => `key_${randomBytes(12).toString('hex')}`;

/** A key that was found by its secret. */
export interface FoundKey extends KeyHolder {
  readonly id: string;
  readonly expiresAt: Date | null;
  /** Whether the key has expired: nobody may be let in with it. */
  readonly isExpired: boolean;
  /** How long this secret still works, in milliseconds; null: until the key is revoked. */
  readonly worksForMs: number | null;
}

/**
 * Whose secret it is and how long it still works; undefined for one that nobody has, that was revoked, or that was
 * replaced and whose overlap is over. A key that has expired is found, so that its holder can be told.
 */
export async function findApiKey(sql: Sql, key: string): Promise<FoundKey | undefined> {
  const hash = hashOf(key);
  const [found] = await sql<FoundKey[]>`
    select id, name, role, email, expires_at as "expiresAt", coalesce(expires_at <= now(), false) as "isExpired",
      extract(epoch from least(works_until, expires_at) - now())::float8 * 1000 as "worksForMs"
    from (
      select id, null::timestamptz as works_until from api_keys where hash = ${hash}
      union all
      select key_id, works_until from retired_api_key_secrets where hash = ${hash} and works_until > now()
    ) secret join api_keys using (id)
    where revoked_at is null`;
  return found;
}

const columns = (sql: Sql) => sql`
  id, name, role, email, created_at as "createdAt", expires_at as "expiresAt", rotated_at as "rotatedAt", revoked_at as "revokedAt",
  (select least(max(works_until), api_keys.expires_at) from retired_api_key_secrets where key_id = api_keys.id and works_until > now())
    as "replacedWorksUntil"`;

/** A page of all keys in order of id, including revoked ones. */
export const listApiKeys = async (
  sql: Sql,
  { limit, after }: { limit: number; after: string | null },
): Promise<ApiKey[]> =>
  await sql<ApiKey[]>`
    select ${columns(sql)} from api_keys where ${after}::text is null or id > ${after} order by id limit ${limit}`;

/** The id of the live key that has the name; at most one has it. */
export async function findLiveKeyId(sql: Sql, name: string): Promise<string | undefined> {
  const [found] = await sql<{ id: string }[]>`select id from api_keys where name = ${name} and revoked_at is null`;
  return found?.id;
}

/** A key to be created. */
export interface NewKey extends KeyHolder {
  readonly id: string;
  /** Null: it works until it is revoked. */
  readonly expiresAt: Date | null;
}

/** Creates a key. Refuses `conflict` for an id that was used before, and for a name that a live key has. */
export async function createApiKey(
  sql: Sql,
  { id, name, role, email, expiresAt }: NewKey,
  origin: ChangeOrigin,
): Promise<Decided<ToldKey>> {
  return await inTransaction(sql, async (tx) => {
    const key = newSecret();
    const made = await tx`
      insert into api_keys (id, name, role, email, expires_at, hash)
      values (${id}, ${name}, ${role}, ${email}, ${expiresAt}, ${hashOf(key)})
      on conflict do nothing returning id`;
    if (made.length === 0) {
      const [same] = await tx`select from api_keys where id = ${id}`;
      return same === undefined
        ? refuse(
            'conflict',
            `A live key already has the name ${name}. Rotate that key, or choose another name.`,
            'name',
          )
        : refuse(
            'conflict',
            `This request has already created the key ${id}. Its secret was shown once. Rotate the key to get another one.`,
          );
    }
    const apiKey = await one(tx, id);
    const after = { name, role, email, ...(expiresAt === null ? {} : { expiresAt }) };
    await recordChange(tx, { ...origin, ...changeOf('created', id), before: null, after });
    return { apiKey, key };
  });
}

interface Rotation {
  readonly id: string;
  readonly overlapHours: number;
  readonly onceKey: string;
  /** The key's new end; null: it has none; undefined: the one that it had. */
  readonly expiresAt: Date | null | undefined;
}

/**
 * Gives the key a new secret. Earlier secrets work for another `overlapHours`, or for the time that they had left if
 * that is less: a new end of the key does not lengthen their life. Refuses `not_found`, `wrong_state` for a revoked key
 * and for an expired one that gets no new end, and `conflict` for a `onceKey` that has already rotated the key.
 */
export async function rotateApiKey(
  sql: Sql,
  { id, overlapHours, onceKey, expiresAt }: Rotation,
  origin: ChangeOrigin,
): Promise<Decided<ToldKey>> {
  return await inTransaction(sql, async (tx) => {
    const before = await locked(tx, id);
    if (isRefused(before)) return before;
    if (before.revokedAt !== null) return refuse('wrong_state', `The key ${id} was revoked. Create another one.`);
    if (before.rotationKey === onceKey)
      return refuse(
        'conflict',
        `This request has already rotated the key ${id}. Its secret was shown once. Rotate the key again with another Idempotency-Key.`,
      );
    if (before.isExpired && expiresAt === undefined)
      return refuse(
        'wrong_state',
        `The key ${id} has expired. Give it a new end with expiresAt, or null for none.`,
        'expiresAt',
      );
    const key = newSecret();
    const overlap = tx`least(now() + make_interval(secs => ${overlapHours * 3_600}), ${before.expiresAt}::timestamptz)`;
    await tx`
      update retired_api_key_secrets set works_until = least(works_until, ${overlap}) where key_id = ${id}`;
    await tx`
      insert into retired_api_key_secrets (hash, key_id, works_until)
      select hash, id, ${overlap} from api_keys where id = ${id}`;
    await tx`
      update api_keys set hash = ${hashOf(key)}, rotated_at = now(), rotation_key = ${onceKey},
        expires_at = ${expiresAt === undefined ? before.expiresAt : expiresAt}
      where id = ${id}`;
    await tx`delete from retired_api_key_secrets where works_until <= now()`;
    const apiKey = await one(tx, id);
    await recordChange(tx, {
      ...origin,
      ...changeOf('rotated', id),
      before: { rotatedAt: before.rotatedAt, expiresAt: before.expiresAt },
      after: {
        rotatedAt: apiKey.rotatedAt,
        replacedWorksUntil: apiKey.replacedWorksUntil,
        expiresAt: apiKey.expiresAt,
      },
    });
    return { apiKey, key };
  });
}

/**
 * Ends the key and all its secrets. Revoking it again changes nothing. Refuses `not_found`, and `conflict` for the last
 * key of an administrator that works, because nobody could create another one.
 */
export async function revokeApiKey(sql: Sql, id: string, origin: ChangeOrigin): Promise<Decided<ApiKey>> {
  return await inTransaction(sql, async (tx) => {
    const before = await locked(tx, id);
    if (isRefused(before)) return before;
    if (before.revokedAt !== null) return await one(tx, id);
    if (before.role === 'system_administrator') {
      const [other] = await tx`
        select from api_keys where role = 'system_administrator' and revoked_at is null and id <> ${id}
          and (expires_at is null or expires_at > now()) limit 1`;
      if (other === undefined)
        return refuse('conflict', `The key ${id} is the last one of an administrator. Create another one first.`);
    }
    await tx`update api_keys set revoked_at = now() where id = ${id}`;
    await tx`delete from retired_api_key_secrets where key_id = ${id}`;
    const apiKey = await one(tx, id);
    await recordChange(tx, {
      ...origin,
      ...changeOf('revoked', id),
      before: { revokedAt: null },
      after: { revokedAt: apiKey.revokedAt },
    });
    return apiKey;
  });
}

const changeOf = (action: string, recordId: string) => ({ action, recordType: 'api_key', recordId });

interface LockedKey extends ApiKey {
  readonly rotationKey: string | null;
  readonly isExpired: boolean;
}

/**
 * Locks all keys against other writers: two callers that revoke the last two administrators' keys must see each other.
 */
async function locked(tx: Sql, id: string): Promise<Decided<LockedKey>> {
  await tx`lock table api_keys in share row exclusive mode`;
  const [found] = await tx<LockedKey[]>`
    select ${columns(tx)}, rotation_key as "rotationKey", coalesce(expires_at <= now(), false) as "isExpired"
    from api_keys where id = ${id}`;
  return found ?? refuse('not_found', `There is no API key ${id}.`);
}

async function one(tx: Sql, id: string): Promise<ApiKey> {
  const [found] = await tx<ApiKey[]>`select ${columns(tx)} from api_keys where id = ${id}`;
  if (found === undefined) throw new TypeError('The key was written in this transaction.');
  return found;
}
