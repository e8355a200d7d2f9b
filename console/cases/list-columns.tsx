import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Shapes } from '../data/api.ts';
import { CustomerLink, EntitlementLink } from '../pickers/record-names.tsx';
import { ClockStatusBadge, clockTargetText } from '../ui/clock-status.tsx';
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

/** The service-level clock that is due next. One that a hold stops has no instant at which it is due. */
function NextDue({ nextDue }: Pick<Case, 'nextDue'>) {
  if (nextDue === null) return '–';
  const { target, status, dueAt, pausedSince } = nextDue;
  return (
    <Stack gap={2}>
      <Text span inherit>
        {clockTargetText(target)}
        {pausedSince === null && ` ${Date.parse(dueAt) < Date.now() ? 'was due' : 'due'} ${fromNowText(dueAt)}`}
      </Text>
      <Group gap={4}>
        <ClockStatusBadge status={status} />
        {pausedSince !== null && status !== 'paused' && <ClockStatusBadge status="paused" />}
      </Group>
    </Stack>
  );
}

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
    header: 'Due next',
    from: 'md',
    cell: NextDue,
  },
  {
    id: 'created',
    header: 'Recorded',
    sortAs: 'createdAt',
    from: 'sm',
    cell: ({ createdAt }) => instantText(createdAt),
  },
];
