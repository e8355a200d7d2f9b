import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { anyOf, ofOwnCustomers } from '../access/access-scope.ts';
import { type ChangeOrigin, recordChange } from '../access/audit.ts';
import { given } from '../postgres/keyset.ts';
import type { Page } from '../postgres/page.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';

export const OPPORTUNITY_STATUSES = ['closed_won', 'closed_lost'] as const;
export type OpportunityStatus = (typeof OPPORTUNITY_STATUSES)[number];

/** An opportunity as the sales system sends it, with what it makes. */
export interface OpportunityInput {
  readonly id: string;
  readonly status: OpportunityStatus;
  readonly customerId: string;
  /** The entitlement that it makes, or the successor of its renewal; null if it was lost. */
  readonly entitlementId: EntitlementId | null;
  readonly renewalId: string | null;
  /** The fingerprint of the request. */
  readonly fingerprint: string;
  /** The details of the entitlement to make; null if none is made. */
  readonly details: EntitlementDetails | null;
  /** What the accepted renewal has instead of what was proposed; null: as proposed. */
  readonly changes: Partial<EntitlementDetails> | null;
  /** Everything that it asks for is done. */
  readonly finished: boolean;
}

export interface OpportunityRecord extends OpportunityInput {
  readonly reason: string | null;
  readonly by: string;
  readonly at: Date;
}

const columns = (sql: Sql) => sql`
  id, status, customer_id as "customerId", entitlement_id as "entitlementId", renewal_id as "renewalId", fingerprint,
  details, changes, finished, reason, by, at`;

export async function findOpportunity(
  sql: Sql,
  id: string,
  accessScope: AccessScope = 'all',
): Promise<OpportunityRecord | undefined> {
  const its = ofOwnCustomers(sql, accessScope, sql`(select customer_id from opportunities where id = ${id})`);
  const [row] = await sql<OpportunityRecord[]>`
    select ${columns(sql)} from opportunities where id = ${id} and ${anyOf(sql, its)}`;
  return row;
}

/** Records an opportunity. If its id came before, the first record is returned, whatever it says. */
export async function recordOpportunity(
  sql: Sql,
  input: OpportunityInput,
  origin: ChangeOrigin,
): Promise<OpportunityRecord> {
  for (;;) {
    const record = (await inserted(sql, input, origin)) ?? (await findOpportunity(sql, input.id));
    if (record !== undefined) return record;
    // The record that was in the way was deleted in between: try again.
  }
}

/** Undefined if there is one with this id already. */
async function inserted(
  sql: Sql,
  { id, status, customerId, renewalId, fingerprint, details, changes, finished, ...given }: OpportunityInput,
  { by, role, reason }: ChangeOrigin,
): Promise<OpportunityRecord | undefined> {
  return await inTransaction(sql, async (tx) => {
    const [made] = await tx<OpportunityRecord[]>`
      insert into opportunities (id, status, customer_id, entitlement_id, renewal_id, fingerprint, details, changes,
        finished, reason, by)
      values (${id}, ${status}, ${customerId}, ${given.entitlementId}, ${renewalId}, ${fingerprint},
        ${jsonOf(details)}::text::json, ${jsonOf(changes)}::text::json, ${finished}, ${reason}, ${by})
      on conflict (id) do nothing returning ${columns(tx)}`;
    if (made === undefined) return undefined;
    const after = { id, status, customerId, entitlementId: given.entitlementId, renewalId };
    const change = { by, role, reason, action: status, recordType: 'opportunity', recordId: id };
    await recordChange(tx, { ...change, before: null, after });
    return made;
  });
}

const jsonOf = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

/** Notes that the opportunity is done, and which entitlement came of it. False if it is not on record. */
export async function finishOpportunity(
  sql: Sql,
  { id, entitlementId }: Pick<OpportunityInput, 'id' | 'entitlementId'>,
  { by, role, reason }: ChangeOrigin,
): Promise<boolean> {
  return await inTransaction(sql, async (tx) => {
    const [found] = await tx<{ finished: boolean; entitlementId: string | null }[]>`
      select finished, entitlement_id as "entitlementId" from opportunities where id = ${id} for update`;
    if (found === undefined || found.finished) return found !== undefined;
    await tx`update opportunities set finished = true, entitlement_id = ${entitlementId} where id = ${id}`;
    if (found.entitlementId === entitlementId) return true;
    const change = { by, role, reason, action: 'decided', recordType: 'opportunity', recordId: id };
    const before = { entitlementId: found.entitlementId };
    await recordChange(tx, { ...change, before, after: { entitlementId } });
    return true;
  });
}

/**
 * Deletes an opportunity that was refused, so that its id can be used for a right one. `reason` says why it was
 * refused.
 */
export async function forgetOpportunity(sql: Sql, id: string, { by, role, reason }: ChangeOrigin): Promise<void> {
  await inTransaction(sql, async (tx) => {
    const [before] = await tx<object[]>`
      delete from opportunities where id = ${id} and not finished
      returning status, customer_id as "customerId", renewal_id as "renewalId"`;
    if (before === undefined) return;
    const change = { by, role, reason, action: 'refused', recordType: 'opportunity', recordId: id };
    await recordChange(tx, { ...change, before, after: null });
  });
}

/** In order of id. */
export async function listOpportunities(
  sql: Sql,
  { limit, after }: Page,
  { customerId }: { readonly customerId?: string | undefined },
  accessScope: AccessScope,
): Promise<readonly OpportunityRecord[]> {
  const customer = customerId === undefined ? null : sql`${customerId}::text`;
  const conditions = [
    ...given(customerId, (id) => sql`customer_id = ${id}`),
    ...given(after, (id) => sql`id > ${id}`),
    ...ofOwnCustomers(sql, accessScope, customer),
  ];
  const where = conditions.reduce((some, more) => sql`${some} and ${more}`, sql`true`);
  return await sql<OpportunityRecord[]>`
    select ${columns(sql)} from opportunities where ${where} order by id limit ${limit}`;
}
