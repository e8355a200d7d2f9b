import type { Template } from '../../domain/entitlements/template.ts';
import { templateId } from '../../domain/ids.ts';
import type { Sql } from '../postgres/sql.ts';

/** A bound on what a proposal reads. Organisations sell a handful of tiers. */
const MAX_TIERS = 200;

/** The templates with a tier, in order of id: a renewal can propose each of them. */
export async function listTierTemplates(sql: Sql): Promise<Template[]> {
  const rows = await sql<{ id: string; details: Omit<Template, 'id'> }[]>`
    select id, details from templates where not deleted and details ->> 'tier' is not null order by id limit ${MAX_TIERS}`;
  return rows.map(({ id, details }) => ({ id: templateId(id), ...details }));
}
