import type { PickSettings } from '../domain/matching.ts';
import type { Sql } from './connect.ts';

/** What the organisation says once for all. */
export interface OrganisationSettings extends PickSettings {
  readonly channels: readonly string[];
  /** A case that gets no entitlement is refused instead of recorded without one. */
  readonly demandEntitlement: boolean;
}

const columns = (sql: Sql) => sql`
  channels, auto_apply_default_on_case_create as "autoApplyDefaultOnCaseCreate",
  auto_apply_default_on_case_update as "autoApplyDefaultOnCaseUpdate", matching,
  demand_entitlement as "demandEntitlement"`;

export async function readOrganisationSettings(sql: Sql): Promise<OrganisationSettings> {
  return onlyRow(await sql<OrganisationSettings[]>`select ${columns(sql)} from settings`);
}

/** Changes what is named and keeps the rest. */
export async function writeOrganisationSettings(
  sql: Sql,
  changes: { readonly [Name in keyof OrganisationSettings]?: OrganisationSettings[Name] | undefined },
): Promise<OrganisationSettings> {
  const { channels, autoApplyDefaultOnCaseCreate, autoApplyDefaultOnCaseUpdate, matching, demandEntitlement } = changes;
  const rows = await sql<OrganisationSettings[]>`
    update settings set
      channels = coalesce(${channels === undefined ? null : [...channels]}, channels),
      auto_apply_default_on_case_create =
        coalesce(${autoApplyDefaultOnCaseCreate ?? null}, auto_apply_default_on_case_create),
      auto_apply_default_on_case_update =
        coalesce(${autoApplyDefaultOnCaseUpdate ?? null}, auto_apply_default_on_case_update),
      matching = coalesce(${matching ?? null}, matching),
      demand_entitlement = coalesce(${demandEntitlement ?? null}, demand_entitlement)
    returning ${columns(sql)}`;
  return onlyRow(rows);
}

function onlyRow(rows: readonly OrganisationSettings[]): OrganisationSettings {
  const [row] = rows;
  if (row === undefined) throw new TypeError('The settings row is missing.');
  return { ...row };
}
