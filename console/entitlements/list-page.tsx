import { Anchor, Group, SegmentedControl } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { $api, type Shapes } from '../data/api.ts';
import { oneOf } from '../data/search-params.ts';
import { CustomerPicker } from '../pickers/customer-picker.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { dayText, termText } from '../ui/format.ts';
import { ListPager } from '../ui/list-pager.tsx';
import { Name } from '../ui/name.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Empty } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { SORTS, VIEWS } from './list-choices.ts';

type Entitlement = Shapes['Entitlement'];

const COLUMNS: readonly Column<Entitlement>[] = [
  {
    id: 'name',
    header: 'Name',
    sortAs: 'name',
    cell: ({ name, id }) => (
      <Anchor component={Link} to={`/entitlements/${id}`}>
        <Name>{name}</Name>
      </Anchor>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  {
    id: 'remaining',
    header: 'Remaining',
    sortAs: 'remainingTerm',
    figures: true,
    cell: ({ remainingTerm, allocationType }) => termText(remainingTerm, allocationType),
  },
  { id: 'starts', header: 'Starts', sortAs: 'startDate', from: 'md', cell: ({ startDate }) => dayText(startDate) },
  { id: 'ends', header: 'Ends', sortAs: 'endDate', from: 'xs', cell: ({ endDate }) => dayText(endDate) },
];

/** All entitlements that the person may see, by view, customer and name. */
export function EntitlementsPage() {
  const { view, q, sort, customer, cursor } = useSearch({ from: '/shell/entitlements' });
  const navigate = useNavigate({ from: '/entitlements' });
  const change = (changes: Record<string, string | undefined>) =>
    void navigate({
      search: (before) => ({ ...before, cursor: undefined, ...changes }),
      replace: !('cursor' in changes),
    });
  const query = {
    ...(view === undefined ? {} : { view }),
    ...(q === undefined ? {} : { q }),
    ...(sort === undefined ? {} : { sort }),
    ...(customer === undefined ? {} : { customerId: customer }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  const list = $api.useQuery('get', '/v1/entitlements', { params: { query } }, { placeholderData: (before) => before });
  return (
    <Page title="Entitlements">
      <Group gap="sm">
        <SearchBox label="Search by name" value={q} onChange={(text) => change({ q: text })} />
        <SegmentedControl
          aria-label="View"
          value={view ?? 'all'}
          data={VIEWS.map((value) => ({ value, label: value }))}
          onChange={(value) => change({ view: value === 'all' ? undefined : oneOf(VIEWS, value) })}
        />
        <CustomerPicker
          label="Customer"
          value={customer ?? null}
          onChange={(id) => change({ customer: id ?? undefined })}
        />
      </Group>
      <QueryView query={list}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="No entitlement matches">Change the view or the search.</Empty>
          ) : (
            <>
              <DataTable
                caption="Entitlements"
                columns={COLUMNS}
                rows={items}
                idOf={({ id }) => id}
                sort={sort}
                onSort={(next) => change({ sort: oneOf(SORTS, next) })}
              />
              <ListPager
                cursor={cursor}
                nextCursor={nextCursor}
                shown={items.length}
                onGo={(next) => change({ cursor: next })}
              />
            </>
          )
        }
      </QueryView>
    </Page>
  );
}
