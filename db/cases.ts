import type { CaseStatus, PickedBy } from '../domain/case.ts';
import type { Sql } from './connect.ts';
import { anyOf, ownCases, type Sight } from './sight.ts';
import type { NoEntitlement } from './unattached-cases.ts';

export interface CaseRecord {
  readonly id: string;
  readonly customerId: string;
  readonly contactId: string | null;
  readonly productId: string | null;
  readonly channel: string | null;
  readonly title: string | null;
  readonly status: CaseStatus;
  readonly minutes: number;
  readonly decrementEntitlementTerm: boolean;
  readonly entitlementId: string | null;
  readonly entitlementReason: PickedBy | NoEntitlement['reason'];
  /** The same in words. */
  readonly entitlementExplanation: string | null;
  readonly slaId: string | null;
  /** Counted from the moment the case was attached; null where the SLA promises none. */
  readonly firstResponseDueAt: Date | null;
  readonly resolutionDueAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const caseColumns = (sql: Sql) => sql`
  id, customer_id as "customerId", contact_id as "contactId", product_id as "productId", channel, title, status,
  minutes, decrement_entitlement_term as "decrementEntitlementTerm", entitlement_id as "entitlementId",
  reason as "entitlementReason", nullif(explanation, '') as "entitlementExplanation", sla_id as "slaId",
  first_response_due_at as "firstResponseDueAt", resolution_due_at as "resolutionDueAt",
  created_at as "createdAt", updated_at as "updatedAt"`;

export async function findCase(sql: Sql, id: string, sight: Sight = 'all'): Promise<CaseRecord | undefined> {
  const its = ownCases(sql, sight, sql`(select customer_id from cases where id = ${id})`);
  const [row] = await sql<CaseRecord[]>`select ${caseColumns(sql)} from cases where id = ${id} and ${anyOf(sql, its)}`;
  return row;
}
