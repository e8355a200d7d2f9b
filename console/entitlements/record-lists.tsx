import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { $api, type Shapes } from '../data/api.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { dayText, instantText, minutesText } from '../ui/format.ts';
import { ListPager } from '../ui/list-pager.tsx';
import { Name } from '../ui/name.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Empty } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import type { Entitlement } from './record-commands-allowed.ts';
import { FactList, RecordSection } from './record-section.tsx';

interface ListProps {
  readonly entitlement: Entitlement;
  readonly cursor: string | undefined;
  readonly onGo: (cursor: string | undefined) => void;
}

const caseColumns = (timeZone: string): readonly Column<Shapes['Case']>[] => [
  {
    id: 'case',
    header: 'Case',
    cell: ({ id, title }) => (
      <Anchor component={Link} to={`/cases/${id}`}>
        <Name>{title ?? id}</Name>
      </Anchor>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'channel', header: 'Channel', from: 'sm', cell: ({ channel }) => channel ?? 'none' },
  { id: 'spent', header: 'Spent', figures: true, from: 'sm', cell: ({ minutes }) => minutesText(minutes) },
  { id: 'came', header: 'Came', from: 'xs', cell: ({ createdAt }) => instantText(createdAt, timeZone) },
];

/** The cases that the entitlement has now, the newest first. */
export function RecordCases({ entitlement: { id, timeZone }, cursor, onGo }: ListProps) {
  const query = { entitlementId: id, sort: '-createdAt' as const, ...(cursor === undefined ? {} : { cursor }) };
  const cases = $api.useQuery('get', '/v1/cases', { params: { query } }, { placeholderData: (before) => before });
  return (
    <QueryView query={cases}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <Empty title="No case is attached">A case appears here as soon as this entitlement takes it.</Empty>
        ) : (
          <>
            <DataTable caption="Cases" columns={caseColumns(timeZone)} rows={items} idOf={(one) => one.id} />
            <ListPager cursor={cursor} nextCursor={nextCursor} shown={items.length} onGo={onGo} />
          </>
        )
      }
    </QueryView>
  );
}

const RENEWAL_COLUMNS: readonly Column<Shapes['Renewal']>[] = [
  {
    id: 'stage',
    header: 'Stage',
    cell: ({ id, stage, n }) => (
      <Anchor component={Link} to={`/renewals/${id}`}>
        {n}: {stage.replaceAll('_', ' ')}
      </Anchor>
    ),
  },
  { id: 'ends', header: 'For the end on', cell: ({ endDate }) => dayText(endDate) },
  {
    id: 'manager',
    header: 'Account manager',
    from: 'sm',
    cell: ({ accountManager }) => (accountManager === null ? 'none' : <Name>{accountManager.name}</Name>),
  },
  {
    id: 'decided',
    header: 'Decided by',
    from: 'sm',
    cell: ({ decidedBy }) => <Name>{decidedBy ?? 'nobody yet'}</Name>,
  },
];

/** The renewals that the entitlement started, and how it is to be renewed. */
export function RecordRenewal({ entitlement, cursor, onGo }: ListProps) {
  const query = { entitlementId: entitlement.id, ...(cursor === undefined ? {} : { cursor }) };
  const renewals = $api.useQuery('get', '/v1/renewals', { params: { query } });
  return (
    <Stack gap="md">
      <QueryView query={renewals}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="No renewal has started">
              {entitlement.renewalPolicy === null
                ? 'The entitlement has no renewal policy. Once it has ended it can be renewed by hand.'
                : `It starts by itself ${entitlement.renewalPolicy.noticeDays} days before the end.`}
            </Empty>
          ) : (
            <>
              <DataTable caption="Renewals" columns={RENEWAL_COLUMNS} rows={items} idOf={({ id }) => id} />
              <ListPager cursor={cursor} nextCursor={nextCursor} shown={items.length} onGo={onGo} />
            </>
          )
        }
      </QueryView>
      <RenewalPolicy entitlement={entitlement} />
    </Stack>
  );
}

function RenewalPolicy({ entitlement: { renewalPolicy } }: { readonly entitlement: Entitlement }) {
  if (renewalPolicy === null) return null;
  const { noticeDays, reminderDays, escalationDays, accountManager, escalateTo, propose } = renewalPolicy;
  const before = (days: number) => (days === 0 ? null : `${days} days before the end`);
  return (
    <RecordSection title="Renewal policy">
      <FactList
        facts={[
          { label: 'Notice', value: before(noticeDays) },
          { label: 'Reminder', value: before(reminderDays) },
          { label: 'Escalation', value: before(escalationDays) },
          {
            label: 'Account manager',
            value: <Name>{accountManager === null ? "the customer's" : accountManager.name}</Name>,
          },
          { label: 'Escalates to', value: escalateTo === null ? null : <Name>{escalateTo.name}</Name> },
          { label: 'Proposes', value: propose === 'by_use' ? 'what the use calls for' : 'the same terms' },
        ]}
      />
    </RecordSection>
  );
}

const auditColumns = (timeZone: string): readonly Column<Shapes['AuditEntry']>[] => [
  { id: 'at', header: 'When', cell: ({ at }) => instantText(at, timeZone) },
  { id: 'action', header: 'Action', cell: ({ action }) => action.replaceAll('_', ' ') },
  { id: 'by', header: 'Who', cell: ({ by }) => <Name>{by}</Name> },
  {
    id: 'fields',
    header: 'Fields',
    from: 'sm',
    cell: ({ after }) => <Text inherit>{Object.keys(after ?? {}).join(', ')}</Text>,
  },
  {
    id: 'reason',
    header: 'Reason',
    from: 'sm',
    cell: ({ reason }) => (reason === null ? '' : <Name>{reason}</Name>),
  },
];

/** Who changed the entitlement, when and why; for those who may read the audit. */
export function RecordAudit({ entitlement: { id, timeZone }, cursor, onGo }: ListProps) {
  const query = { recordType: 'entitlement' as const, recordId: id, ...(cursor === undefined ? {} : { cursor }) };
  const audit = $api.useQuery('get', '/v1/audit', { params: { query } }, { placeholderData: (before) => before });
  return (
    <QueryView query={audit}>
      {({ items, nextCursor }) =>
        items.length === 0 ? (
          <Empty title="The audit has nothing about it" />
        ) : (
          <>
            <DataTable
              caption="Audit"
              columns={auditColumns(timeZone)}
              rows={items}
              idOf={(entry) => String(entry.id)}
            />
            <ListPager cursor={cursor} nextCursor={nextCursor} shown={items.length} onGo={onGo} />
          </>
        )
      }
    </QueryView>
  );
}
