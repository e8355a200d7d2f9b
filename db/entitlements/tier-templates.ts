import type { Template } from '../../domain/entitlements/template.ts';
import { templateId } from '../../domain/ids.ts';
import type { Sql } from '../postgres/sql.ts';

/** An organisation sells a handful; this only bounds what a proposal looks at. */
const MAX_TIERS = 200;

/** The templates that have a tier, in order of id: what a renewal can propose. */
export async function listTierTemplates(sql: Sql): Promise<Template[]> {
  const rows = await sql<{ id: string; details: Omit<Template, 'id'> }[]>`
    select id, details from templates where not deleted and details ->> 'tier' is not null order by id limit ${MAX_TIERS}`;
  return rows.map(({ id, details }) => ({ id: templateId(id), ...details }));
}
