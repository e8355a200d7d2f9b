import { Anchor, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { $api } from '../../data/api.ts';
import { useMay } from '../../data/me.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ListPager } from '../../ui/list-pager.tsx';
import { Name } from '../../ui/name.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { calendarText, promisedText, type Sla } from './sla-values.ts';

const COLUMNS: readonly Column<Sla>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/administration/slas/${encodeURIComponent(id)}`}>
        <Name>{name}</Name>
      </Anchor>
    ),
  },
  { id: 'id', header: 'Id', from: 'md', cell: ({ id }) => <Name>{id}</Name> },
  {
    id: 'response',
    header: 'First response',
    cell: ({ firstResponseMinutes }) => promisedText(firstResponseMinutes),
  },
  { id: 'resolution', header: 'Resolution', cell: ({ resolutionMinutes }) => promisedText(resolutionMinutes) },
  { id: 'hours', header: 'Service hours', from: 'sm', cell: calendarText },
];

/** The service levels (SLAs), which say how soon a case is answered and resolved. */
export function SlasPage() {
  const { cursor } = useSearch({ from: '/shell/administration/slas' });
  const navigate = useNavigate({ from: '/administration/slas' });
  const mayWrite = useMay('writeRecords');
  const query = cursor === undefined ? {} : { cursor };
  const list = $api.useQuery('get', '/v1/slas', { params: { query } }, { placeholderData: (before) => before });
  return (
    <Page
      title="Service levels"
      subtitle="How soon a case must be answered and resolved, in the hours of a calendar."
      actions={
        mayWrite && (
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/administration/slas/new" />}
          >
            New service level
          </Button>
        )
      }
    >
      <QueryView query={list}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="There is no service level">Entitlements name one for the cases under them.</Empty>
          ) : (
            <>
              <DataTable caption="Service levels" columns={COLUMNS} rows={items} idOf={({ id }) => id} />
              <ListPager
                cursor={cursor}
                nextCursor={nextCursor}
                shown={items.length}
                onGo={(next) => void navigate({ search: { cursor: next } })}
              />
            </>
          )
        }
      </QueryView>
    </Page>
  );
}
