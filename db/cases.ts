import type { Sql } from './connect.ts';

export interface CaseRecord {
  readonly id: string;
  readonly customerId: string;
  readonly contactId: string | null;
  readonly productId: string | null;
  readonly channel: string | null;
  readonly title: string | null;
  readonly status: 'active' | 'resolved' | 'canceled';
  readonly minutes: number;
  readonly decrementEntitlementTerm: boolean;
  readonly entitlementId: string | null;
  readonly entitlementReason: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const caseColumns = (sql: Sql) => sql`
  id, customer_id as "customerId", contact_id as "contactId", product_id as "productId", channel, title, status,
  minutes, decrement_entitlement_term as "decrementEntitlementTerm", entitlement_id as "entitlementId",
  reason as "entitlementReason", created_at as "createdAt", updated_at as "updatedAt"`;

export async function findCase(sql: Sql, id: string): Promise<CaseRecord | undefined> {
  const [row] = await sql<CaseRecord[]>`select ${caseColumns(sql)} from cases where id = ${id}`;
  return row;
}
