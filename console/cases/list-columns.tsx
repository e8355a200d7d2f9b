import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Shapes } from '../data/api.ts';
import { CustomerLink, EntitlementLink } from '../pickers/record-names.tsx';
import type { Column } from '../ui/data-table.tsx';
import { fromNowText, instantText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { NO_ENTITLEMENT_WORDS } from './words.ts';

type Case = Shapes['Case'];

/** A case by its title, or by its id when it has none. */
export const CaseLink = ({ id, title }: Pick<Case, 'id' | 'title'>) => (
  <Anchor component={Link} to={`/cases/${encodeURIComponent(id)}`}>
    <Name>{title ?? id}</Name>
  </Anchor>
);

/** The columns of the list of cases. */
export const CASE_COLUMNS: readonly Column<Case>[] = [
  { id: 'title', header: 'Case', cell: CaseLink },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'customer', header: 'Customer', from: 'xs', cell: ({ customerId }) => <CustomerLink id={customerId} /> },
  {
    id: 'entitlement',
    header: 'Entitlement',
    from: 'sm',
    cell: ({ entitlementId, entitlementReason }) =>
      entitlementId === null ? (
        <Text span c="dimmed">
          none: {NO_ENTITLEMENT_WORDS[entitlementReason] ?? 'not attached'}
        </Text>
      ) : (
        <EntitlementLink id={entitlementId} />
      ),
  },
  {
    id: 'due',
    header: 'Resolution due when attached',
    from: 'md',
    cell: ({ resolutionDueAt, status }) =>
      resolutionDueAt === null || status !== 'active' ? '–' : fromNowText(resolutionDueAt),
  },
  {
    id: 'created',
    header: 'Recorded',
    sortAs: 'createdAt',
    from: 'sm',
    cell: ({ createdAt }) => instantText(createdAt),
  },
];
