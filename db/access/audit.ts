import { isDeepStrictEqual } from 'node:util';
import type { Role } from '../../domain/access/roles.ts';
import { jsonParameter } from '../postgres/connect.ts';
import { allOf, given } from '../postgres/keyset.ts';
import type { Sql } from '../postgres/sql.ts';

/** Who changes something, and why. `role` is null for programs that work on the database directly. */
export interface ChangeOrigin {
  readonly by: string;
  readonly role: Role | null;
  readonly reason: string | null;
}

export interface Change extends ChangeOrigin {
  /** One word for what was done: `created`, `updated`, `revoked` … */
  readonly action: string;
  /** `customer`, `settings`, `api_key` … */
  readonly recordType: string;
  readonly recordId: string;
  /** The record before; null when there was none. */
  readonly before: object | null;
  readonly after: object | null;
}

/**
 * Records a change in the audit. It must be called in the transaction that makes the change, so that neither exists
 * without the other. It writes no row where the record is the same before and after.
 */
export const recordChange = (tx: Sql, change: Change): Promise<void> => recordChanges(tx, [change]);

/** The same for the changes of many records, in one statement. */
export async function recordChanges(tx: Sql, changes: readonly Change[]): Promise<void> {
  const rows = changes
    .filter(({ before, after }) => !isDeepStrictEqual(before, after))
    .map(({ recordType, recordId, ...row }) => ({ ...row, record_type: recordType, record_id: recordId }));
  if (rows.length === 0) return;
  await tx`
    insert into audit (by, role, action, record_type, record_id, before, after, reason)
    select by, role, action, record_type, record_id, before, after, reason
    from jsonb_to_recordset(${jsonParameter(tx, rows)}) as change (by text, role text, action text,
      record_type text, record_id text, before jsonb, after jsonb, reason text)`;
}

/** A row of the audit as it is read. */
export interface AuditEntry extends Change {
  readonly id: number;
  readonly at: Date;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

export interface AuditFilter {
  readonly recordType?: string | undefined;
  readonly recordId?: string | undefined;
  readonly by?: string | undefined;
  readonly action?: string | undefined;
  /** From this instant on. */
  readonly since?: Date | undefined;
  /** Before this instant. */
  readonly until?: Date | undefined;
}

/** The place of an entry in the order of the list. */
export type AuditPlace = Pick<AuditEntry, 'at' | 'id'>;

/** At most `limit` entries that the filter leaves, newest first, older than `after`. */
export async function listAudit(
  sql: Sql,
  { limit, after }: { limit: number; after: AuditPlace | null },
  { recordType, recordId, by, action, since, until }: AuditFilter,
): Promise<AuditEntry[]> {
  const where = [
    ...given(recordType, (type) => sql`record_type = ${type}`),
    ...given(recordId, (id) => sql`record_id = ${id}`),
    ...given(by, (name) => sql`by = ${name}`),
    ...given(action, (name) => sql`action = ${name}`),
    ...given(since, (instant) => sql`at >= ${instant}`),
    ...given(until, (instant) => sql`at < ${instant}`),
    ...given(after, ({ at, id }) => sql`(at, id) < (${at}, ${id})`),
  ];
  return await sql<AuditEntry[]>`
    select id::float8 as id, at, by, role, action, record_type as "recordType", record_id as "recordId",
      before, after, reason
    from audit where ${allOf(sql, where)} order by at desc, id desc limit ${limit}`;
}
