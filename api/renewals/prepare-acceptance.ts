import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import { findTemplate } from '../../db/entitlements/templates.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { RenewalRecord } from '../../db/renewals/renewals.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { asOf } from '../../domain/entitlements/passing-of-time.ts';
import { problemWithLateStart } from '../../domain/entitlements/succession.ts';
import { termsOf } from '../../domain/entitlements/template.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { changesFrom } from '../entitlements/entitlement-input.ts';
import { checkNamed } from '../entitlements/named-records.ts';
import { notFound, Problem, within } from '../http/problem.ts';

/** What the caller wants instead of what the renewal proposes. */
export interface WantedTerms {
  /** Null: no template. The template's terms come first, then `changes`. */
  readonly templateId: string | null;
  /** The day after the end, in the grace; null or absent: as the old entitlement ends. */
  readonly startDate?: string | null;
  /** The field of the input that gives `startDate`, where that is not its name. */
  readonly startField?: string;
  /** Undefined: nothing else. */
  readonly changes: Parameters<typeof changesFrom>[0] | undefined;
  /** The part of the input that `changes` come from. Refusals name its fields within it, but for those in `outside`. */
  readonly part: string;
  readonly outside?: readonly string[];
  /** The field of the input that names the renewal; absent: its address does. */
  readonly renewalField?: string;
}

/**
 * The changes with which a renewal is accepted; null: as proposed. Writes nothing. Refuses, with the field, `not_found`
 * for something that the terms name, and `validation_failed`; `wrong_state` for a `startDate` outside a grace.
 */
export async function prepareAcceptance(
  sql: Sql,
  { entitlementId, proposal, isOver }: Pick<RenewalRecord, 'entitlementId' | 'proposal' | 'isOver'>,
  { templateId, startDate = null, startField = 'startDate', changes, part, outside = [], renewalField }: WantedTerms,
): Promise<Partial<EntitlementDetails> | null> {
  const old = await findEntitlement(sql, entitlementId);
  if (old === undefined) throw notFound('entitlement', entitlementId, renewalField);
  const { details } = old;
  // Once somebody has accepted it, the renewal alone decides: a retry gets the first answer, though the grace is over.
  const isTaken = isOver || old.renewedById !== null;
  const late = startDate === null ? null : isTaken ? { startDate } : lateStart(old, startDate, startField);
  const ofTemplate = templateId === null ? null : await termsOfTemplate(sql, templateId);
  if (changes === undefined) return late === null ? ofTemplate : { ...ofTemplate, ...late };
  return await within(
    part,
    async () => {
      await checkNamed(sql, { ...changes, customerId: details.customerId });
      return { ...ofTemplate, ...late, ...changesFrom(changes, { ...details, ...proposal.changes, ...ofTemplate }) };
    },
    outside,
  );
}

/** A start without a gap after an end that has passed. Refuses what `problemWithLateStart` refuses. */
function lateStart(old: Entitlement, startDate: string, field: string): Pick<EntitlementDetails, 'startDate'> {
  // The entitlement's newest row may have a later time than this machine's clock.
  const now = Math.max(Date.now(), old.updatedAt);
  const refused = problemWithLateStart(asOf(old, now), startDate, now);
  if (refused !== undefined) throw new Problem({ ...refused, field });
  return { startDate };
}

/** The terms of a template as changes of a successor. */
async function termsOfTemplate(sql: Sql, id: string): Promise<Partial<EntitlementDetails>> {
  const template = await findTemplate(sql, id);
  if (template === undefined) throw notFound('template', id, 'templateId');
  const { totalTerm, channels, ...terms } = termsOf(template);
  const rows = channels.map((row) => ({ channel: row.channel, totalTerm: row.totalTerm ?? totalTerm }));
  return { ...terms, totalTerm, channels: rows, templateId: template.id };
}
