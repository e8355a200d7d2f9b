import { Anchor, Badge, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Shapes } from '../data/api.ts';
import type { Column } from '../ui/data-table.tsx';
import { dayText, termText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';

export type Listed = Shapes['ListedEntitlement'];

/** A date in one line. */
const dayCell = (day: string): string => dayText(day).replaceAll(' ', '\u00a0');

/** The columns of the list of entitlements. */
export const COLUMNS: readonly Column<Listed>[] = [
  {
    id: 'name',
    header: 'Name',
    sortAs: 'name',
    cell: ({ name, id, customerId, customerName }) => (
      <>
        <Anchor component={Link} to={`/entitlements/${id}`}>
          <Name>{name}</Name>
        </Anchor>
        {/* On a narrow screen the customer has no column of its own. */}
        <Text size="sm" c="dimmed" hiddenFrom="sm" component="div">
          <Name>{customerName ?? customerId}</Name>
        </Text>
      </>
    ),
  },
  {
    id: 'customer',
    header: 'Customer',
    from: 'sm',
    cell: ({ customerId, customerName }) => (
      <Anchor component={Link} to={`/customers/${customerId}`} c="inherit">
        <Name>{customerName ?? customerId}</Name>
      </Anchor>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    cell: ({ status, renewed, isDefault }) => (
      <div className="badges">
        <StatusBadge status={status} />
        {renewed && (
          <Badge variant="outline" color="gray" size="sm" tt="none">
            renewed
          </Badge>
        )}
        {isDefault && (
          <Badge variant="outline" color="pine" size="sm" tt="none">
            default
          </Badge>
        )}
      </div>
    ),
  },
  {
    id: 'remaining',
    header: 'Remaining',
    sortAs: 'remainingTerm',
    figures: true,
    cell: ({ remainingTerm, allocationType }) => termText(remainingTerm, allocationType),
  },
  { id: 'tier', header: 'Tier', from: 'lg', cell: ({ tier }) => (tier === null ? '' : <Name>{tier}</Name>) },
  { id: 'owner', header: 'Owner', from: 'lg', cell: ({ owner }) => (owner === null ? '' : <Name>{owner}</Name>) },
  { id: 'starts', header: 'Starts', sortAs: 'startDate', from: 'md', cell: ({ startDate }) => dayCell(startDate) },
  { id: 'ends', header: 'Ends', sortAs: 'endDate', from: 'xs', cell: ({ endDate }) => dayCell(endDate) },
];
