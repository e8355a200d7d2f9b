import { Stack } from '@mantine/core';
import type { Shapes } from '../data/api.ts';
import { ClockStatusBadge, clockTargetText } from '../ui/clock-status.tsx';
import type { Column } from '../ui/data-table.tsx';
import { DueTime } from '../ui/due-time.tsx';
import { Name } from '../ui/name.tsx';
import { caseAddress, entitlementAddress, OfCustomer, OnOneLine, RecordLink, TwoLines } from './record-links.tsx';
import { NextAction, WorkList } from './work-list.tsx';

type AtRisk = Shapes['ServiceLevelAtRisk'];

const COLUMNS: readonly Column<AtRisk>[] = [
  {
    id: 'case',
    header: 'Case',
    cell: ({ caseId, title, ...of }) => <OfCustomer to={caseAddress(caseId)} name={title ?? caseId} {...of} />,
  },
  {
    id: 'promise',
    header: 'Promise',
    cell: ({ target, slaId, slaName }) => (
      <TwoLines first={<OnOneLine>{clockTargetText(target)}</OnOneLine>} second={<Name>{slaName ?? slaId}</Name>} />
    ),
  },
  {
    id: 'due',
    header: 'Due',
    cell: ({ status, dueAt }) => (
      <Stack gap={2} align="flex-start">
        <ClockStatusBadge status={status} />
        <DueTime at={dueAt} />
      </Stack>
    ),
  },
  {
    id: 'entitlement',
    header: 'Entitlement',
    from: 'lg',
    cell: ({ entitlementId, entitlementName }) => (
      <RecordLink to={entitlementAddress(entitlementId)} name={entitlementName ?? entitlementId} />
    ),
  },
  {
    id: 'action',
    header: 'Next',
    cell: ({ caseId, title, target }) => (
      <NextAction
        to={caseAddress(caseId)}
        does="Open"
        about={`${title ?? caseId}, ${clockTargetText(target).toLowerCase()}`}
      />
    ),
  },
];

/** Service levels that are breached or may be soon, the most urgent first. */
export const AtRiskList = ({ list }: { readonly list: Shapes['ServiceLevelsAtRisk'] }) => (
  <WorkList
    title="Service levels at risk"
    list={list}
    columns={COLUMNS}
    idOf={({ caseId, target }) => `${caseId}/${target}`}
    empty="No service level is at risk. A case appears here when a warning of its service level comes, an hour before it is due, or when it is overdue; not while it is on hold."
    all={{ to: '/cases?risk=true', label: 'All cases at risk' }}
  />
);
