import type { ListedCase } from '../../db/cases/case-list.ts';
import type { Columns } from '../http/csv.ts';

/** A case as a row of CSV. */
export const CASE_COLUMNS: Columns<ListedCase> = {
  id: ({ id }) => id,
  title: ({ title }) => title,
  status: ({ status }) => status,
  customerId: ({ customerId }) => customerId,
  contactId: ({ contactId }) => contactId,
  productId: ({ productId }) => productId,
  channel: ({ channel }) => channel,
  minutes: ({ minutes }) => minutes,
  entitlementId: ({ entitlementId }) => entitlementId,
  entitlementReason: ({ entitlementReason }) => entitlementReason,
  decrementEntitlementTerm: ({ decrementEntitlementTerm }) => decrementEntitlementTerm,
  inGrace: ({ inGrace }) => inGrace,
  slaId: ({ slaId }) => slaId,
  firstResponseDueAt: ({ firstResponseDueAt }) => firstResponseDueAt?.toISOString() ?? null,
  resolutionDueAt: ({ resolutionDueAt }) => resolutionDueAt?.toISOString() ?? null,
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  updatedAt: ({ updatedAt }) => updatedAt.toISOString(),
  nextDueTarget: ({ nextDue }) => nextDue?.target ?? null,
  nextDueStatus: ({ nextDue }) => nextDue?.status ?? null,
  nextDueAt: ({ nextDue }) => nextDue?.dueAt ?? null,
};
