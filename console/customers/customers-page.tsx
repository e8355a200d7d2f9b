import { Anchor, Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { $api, api, type Shapes } from '../data/api.ts';
import { EXPORT_PAGE_ROWS } from '../data/csv-export.ts';
import { useMay } from '../data/me.ts';
import { oneOf } from '../data/search-params.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { ExportButton } from '../ui/export-button.tsx';
import { FilterBox } from '../ui/filter-box.tsx';
import { ListPager } from '../ui/list-pager.tsx';
import { Name } from '../ui/name.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Empty } from '../ui/states.tsx';
import { CustomerDialog } from './customer-dialog.tsx';
import { SORTS } from './list-choices.ts';

type Customer = Shapes['Customer'];

const COLUMNS: readonly Column<Customer>[] = [
  {
    id: 'name',
    header: 'Name',
    sortAs: 'name',
    cell: ({ name, id }) => (
      <Anchor component={Link} to={`/customers/${encodeURIComponent(id)}`}>
        <Name>{name}</Name>
      </Anchor>
    ),
  },
  { id: 'tier', header: 'Tier', from: 'xs', cell: ({ tier }) => (tier === null ? '–' : <Name>{tier}</Name>) },
  {
    id: 'manager',
    header: 'Account manager',
    from: 'sm',
    cell: ({ accountManager }) => (accountManager === null ? '–' : <Name>{accountManager.name}</Name>),
  },
  { id: 'zone', header: 'Time zone', from: 'md', cell: ({ timeZone }) => timeZone ?? 'UTC' },
  { id: 'id', header: 'Id', sortAs: 'id', from: 'md', cell: ({ id }) => <Name>{id}</Name> },
];

/** All customers that the person may see, searched and filtered, with the way to a new one. */
export function CustomersPage() {
  const { q, tier, manager, sort, cursor, dialog } = useSearch({ from: '/shell/customers' });
  const navigate = useNavigate({ from: '/customers' });
  const mayWrite = useMay('writeRecords');
  const change = (changes: Record<string, string | undefined>) =>
    void navigate({
      search: (before) => ({ ...before, cursor: undefined, ...changes }),
      replace: !('cursor' in changes || 'dialog' in changes),
    });
  const filters = {
    ...(q === undefined ? {} : { q }),
    ...(tier === undefined ? {} : { tier }),
    ...(manager === undefined ? {} : { accountManagerEmail: manager }),
    sort: sort ?? ('name' as const),
  };
  const query = { ...filters, cursor };
  const list = $api.useQuery('get', '/v1/customers', { params: { query } }, { placeholderData: (before) => before });
  const isFiltered = q !== undefined || tier !== undefined || manager !== undefined;
  return (
    <Page
      title="Customers"
      actions={
        <Group gap="xs">
          <ExportButton
            name="customers"
            read={(next, signal) =>
              api.GET('/v1/customers', {
                params: { query: { ...filters, format: 'csv', limit: EXPORT_PAGE_ROWS, cursor: next } },
                parseAs: 'text',
                signal,
              })
            }
          />
          {mayWrite && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => change({ dialog: 'new' })}>
              New customer
            </Button>
          )}
        </Group>
      }
    >
      <Group gap="sm">
        <SearchBox label="Search by name or id" value={q} onChange={(text) => change({ q: text })} />
        <FilterBox label="Tier" value={tier} onChange={(text) => change({ tier: text })} />
        <FilterBox
          label="E-mail of the account manager"
          value={manager}
          onChange={(text) => change({ manager: text })}
        />
      </Group>
      <QueryView query={list}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title={isFiltered ? 'No customer matches' : 'There are no customers yet'}>
              {isFiltered
                ? 'Change the search or the filters.'
                : 'Customers come from the case system, from a CSV import, or are created here.'}
            </Empty>
          ) : (
            <>
              <DataTable
                caption="Customers"
                columns={COLUMNS}
                rows={items}
                idOf={({ id }) => id}
                sort={sort ?? 'name'}
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
      <CustomerDialog
        opened={mayWrite && dialog === 'new'}
        onClose={() => change({ dialog: undefined, cursor })}
        onDone={({ id }) => void navigate({ to: '/customers/$id', params: { id } })}
      />
    </Page>
  );
}
