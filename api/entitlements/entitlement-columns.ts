import type { Columns } from '../http/csv.ts';
import type { ListedEntitlementView } from './entitlement-view.ts';

type Row = ListedEntitlementView;

/** Several ids or channels in one cell. Ids and channels hold no blank. */
const listed = (words: readonly string[]): string => words.join(' ');

/** An entitlement as a row of CSV. Terms are cases, or whole minutes for hours; an unlimited term is empty. */
export const ENTITLEMENT_COLUMNS: Columns<Row> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  status: ({ status }) => status,
  customerId: ({ customerId }) => customerId,
  customerName: ({ customerName }) => customerName,
  tier: ({ tier }) => tier,
  owner: ({ owner }) => owner,
  startDate: ({ startDate }) => startDate,
  endDate: ({ endDate }) => endDate,
  timeZone: ({ timeZone }) => timeZone,
  allocationType: ({ allocationType }) => allocationType,
  totalTerm: ({ totalTerm }) => totalTerm,
  remainingTerm: ({ remainingTerm }) => remainingTerm,
  period: ({ period }) => period,
  decreaseRemainingOn: ({ decreaseRemainingOn }) => decreaseRemainingOn,
  overage: ({ overage }) => overage,
  channels: ({ channels }) => listed(channels.map(({ channel }) => channel)),
  productIds: ({ productIds }) => listed(productIds),
  contactIds: ({ contactIds }) => listed(contactIds),
  slaId: ({ slaId }) => slaId,
  priority: ({ priority }) => priority,
  pausedSince: ({ pausedSince }) => pausedSince,
  isDefault: ({ isDefault }) => isDefault,
  openCases: ({ openCases }) => openCases,
  templateId: ({ templateId }) => templateId,
  renewsId: ({ renewsId }) => renewsId,
  renewedById: ({ renewedById }) => renewedById,
  updatedAt: ({ updatedAt }) => updatedAt,
};
