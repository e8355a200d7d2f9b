import type { PickSettings } from '../../domain/cases/picking.ts';
import type { RenewalPolicy } from '../../domain/terms/renewal-policy.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { type ChangeOrigin, recordChange } from './audit.ts';

/** The settings of the organisation. */
export interface OrganisationSettings extends PickSettings {
  readonly channels: readonly string[];
  /** A case that gets no entitlement is refused, instead of being recorded without one. */
  readonly demandEntitlement: boolean;
  /** Minutes that exceed what is left of a case's entitlement are taken from other entitlements that cover the case. */
  readonly spill: boolean;
  /** The policy for entitlements without one of their own; null: they are not renewed automatically. */
  readonly renewalPolicy: RenewalPolicy | null;
}

const columns = (sql: Sql) => sql`
  channels, auto_apply_default_on_case_create as "autoApplyDefaultOnCaseCreate",
  auto_apply_default_on_case_update as "autoApplyDefaultOnCaseUpdate", matching,
  demand_entitlement as "demandEntitlement", spill, renewal_policy as "renewalPolicy"`;

/** The settings as they are now. */
export async function readOrganisationSettings(sql: Sql): Promise<OrganisationSettings> {
  return onlyRow(await sql<OrganisationSettings[]>`select ${columns(sql)} from settings`);
}

type SettingsChanges = { readonly [Name in keyof OrganisationSettings]?: OrganisationSettings[Name] | undefined };

/** Changes the settings that are named and keeps the others, with a row in the audit. */
export async function writeOrganisationSettings(
  sql: Sql,
  changes: SettingsChanges,
  origin: ChangeOrigin,
): Promise<OrganisationSettings> {
  return await inTransaction(sql, async (tx) => {
    await tx`select from settings for update`;
    const before = await readOrganisationSettings(tx);
    const after = await change(tx, changes);
    await recordChange(tx, {
      ...origin,
      action: 'updated',
      recordType: 'settings',
      recordId: 'organisation',
      before,
      after,
    });
    return after;
  });
}

async function change(tx: Sql, changes: SettingsChanges): Promise<OrganisationSettings> {
  const {
    channels,
    autoApplyDefaultOnCaseCreate,
    autoApplyDefaultOnCaseUpdate,
    matching,
    demandEntitlement,
    spill,
    renewalPolicy,
  } = changes;
  const rows = await tx<OrganisationSettings[]>`
    update settings set
      channels = coalesce(${channels === undefined ? null : [...channels]}, channels),
      auto_apply_default_on_case_create =
        coalesce(${autoApplyDefaultOnCaseCreate ?? null}, auto_apply_default_on_case_create),
      auto_apply_default_on_case_update =
        coalesce(${autoApplyDefaultOnCaseUpdate ?? null}, auto_apply_default_on_case_update),
      matching = coalesce(${matching ?? null}, matching),
      demand_entitlement = coalesce(${demandEntitlement ?? null}, demand_entitlement),
      spill = coalesce(${spill ?? null}, spill),
      renewal_policy = case when ${renewalPolicy === undefined} then renewal_policy else ${
        renewalPolicy == null ? null : jsonParameter(tx, renewalPolicy)
      }::jsonb end
    returning ${columns(tx)}`;
  return onlyRow(rows);
}

function onlyRow(rows: readonly OrganisationSettings[]): OrganisationSettings {
  const [row] = rows;
  if (row === undefined) throw new TypeError('The settings row is missing.');
  return { ...row };
}

/** The policy for entitlements without one of their own; null: they are not renewed automatically. */
export async function readRenewalPolicy(sql: Sql): Promise<RenewalPolicy | null> {
  return (await readOrganisationSettings(sql)).renewalPolicy;
}
