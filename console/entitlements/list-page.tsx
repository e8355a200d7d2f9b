import { Group } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { $api, api } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import { oneOf } from '../data/search-params.ts';
import { DataTable } from '../ui/data-table.tsx';
import { ExportButton } from '../ui/export-button.tsx';
import { ListPager } from '../ui/list-pager.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Empty } from '../ui/states.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { type ListSearch, listFilters, SORTS } from './list-choices.ts';
import { COLUMNS, type Listed } from './list-columns.tsx';
import { ListFilters } from './list-filters.tsx';
import { NewMenu } from './new-menu.tsx';

/** All entitlements that the person may see: views, search, filters, and commands for several at once. */
export function EntitlementsPage() {
  const search = useSearch({ from: '/shell/entitlements' });
  const navigate = useNavigate({ from: '/entitlements' });
  const mayWrite = useMay('writeEntitlements');
  const [chosen, setChosen] = useState<ReadonlyMap<string, Listed>>(new Map());
  const { cursor, sort } = search;
  const change = (changes: Partial<ListSearch>) =>
    void navigate({
      search: (before) => ({ ...before, cursor: undefined, ...changes }),
      replace: !('cursor' in changes),
    });
  const filters = listFilters(search);
  const list = $api.useQuery(
    'get',
    '/v1/entitlements',
    { params: { query: { ...filters, cursor } } },
    { placeholderData: (before) => before },
  );
  const choose = (ids: ReadonlySet<string>) => {
    const known = new Map([...chosen, ...(list.data?.items ?? []).map((row) => [row.id, row] as const)]);
    setChosen(new Map([...known].filter(([id]) => ids.has(id))));
  };
  return (
    <Page
      title="Entitlements"
      actions={
        <Group gap="xs">
          <ExportButton
            name="entitlements"
            read={(next, signal) =>
              api.GET('/v1/entitlements', {
                params: { query: { ...filters, format: 'csv', cursor: next } },
                parseAs: 'text',
                signal,
              })
            }
          />
          {mayWrite && <NewMenu customer={search.customer} />}
        </Group>
      }
    >
      <ListFilters search={search} onChange={change} />
      {mayWrite && chosen.size > 0 && <BulkBar chosen={[...chosen.values()]} onClear={() => setChosen(new Map())} />}
      <QueryView query={list}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="No entitlement matches">Change the view, the search or the filters.</Empty>
          ) : (
            <>
              <DataTable
                caption="Entitlements"
                columns={COLUMNS}
                rows={items}
                idOf={({ id }) => id}
                nameOf={({ name }) => name}
                sort={sort}
                onSort={(next) => change({ sort: oneOf(SORTS, next) })}
                {...(mayWrite ? { selection: { chosen: new Set(chosen.keys()), onChange: choose } } : {})}
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
