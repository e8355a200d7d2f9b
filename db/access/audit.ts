import { isDeepStrictEqual } from 'node:util';
import type { Role } from '../../domain/access/roles.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';

/** Who changes something, and why. `role` is null for programs that work on the database itself. */
export interface ChangeOrigin {
  readonly by: string;
  readonly role: Role | null;
  readonly reason: string | null;
}

export interface Change extends ChangeOrigin {
  /** What was done, in one word: `created`, `updated`, `revoked` … */
  readonly action: string;
  /** `customer`, `settings`, `api_key` … */
  readonly recordType: string;
  readonly recordId: string;
  /** The record before; null when there was none. */
  readonly before: object | null;
  readonly after: object | null;
}

/**
 * Records a change in the audit. Call it with the transaction that makes the change, so that neither is without the
 * other. What is the same before and after is no change and leaves no row.
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

/** Newest first, those before `after` in time. */
export async function listAudit(
  sql: Sql,
  { limit, after }: { limit: number; after: AuditPlace | null },
  { recordType, recordId, by, action, since, until }: AuditFilter,
): Promise<AuditEntry[]> {
  const where = [
    recordType === undefined ? sql`` : sql`and record_type = ${recordType}`,
    recordId === undefined ? sql`` : sql`and record_id = ${recordId}`,
    by === undefined ? sql`` : sql`and by = ${by}`,
    action === undefined ? sql`` : sql`and action = ${action}`,
    since === undefined ? sql`` : sql`and at >= ${since}`,
    until === undefined ? sql`` : sql`and at < ${until}`,
    after === null ? sql`` : sql`and (at, id) < (${after.at}, ${after.id})`,
  ];
  return await sql<AuditEntry[]>`
    select id::float8 as id, at, by, role, action, record_type as "recordType", record_id as "recordId",
      before, after, reason
    from audit where true ${where} order by at desc, id desc limit ${limit}`;
}
