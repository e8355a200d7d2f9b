import { Anchor, Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { $api } from '../../data/api.ts';
import { useMay } from '../../data/me.ts';
import { channelsText, totalText } from '../../terms/terms-words.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ListPager } from '../../ui/list-pager.tsx';
import { Name } from '../../ui/name.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { DeleteTemplateDialog } from './delete-template-dialog.tsx';
import { durationText, type Template } from './template-words.ts';

const COLUMNS: readonly Column<Template>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/administration/templates/${encodeURIComponent(id)}`}>
        <Name>{name}</Name>
      </Anchor>
    ),
  },
  { id: 'id', header: 'Id', from: 'md', cell: ({ id }) => <Name>{id}</Name> },
  { id: 'tier', header: 'Tier', from: 'sm', cell: ({ tier }) => (tier === null ? '–' : <Name>{tier}</Name>) },
  { id: 'total', header: 'Total', cell: totalText },
  { id: 'lasts', header: 'Lasts', from: 'xs', cell: durationText },
  { id: 'channels', header: 'Channels', from: 'lg', cell: (template) => <Name>{channelsText(template)}</Name> },
];

const newFrom = (id: string) => ({ template: id });

/** What somebody who may write can do with each template. */
const commands = (onRemove: (id: string) => void): Column<Template> => ({
  id: 'commands',
  header: 'Commands',
  cell: ({ id, name }) => (
    <Group gap="xs" wrap="nowrap">
      <Button
        size="xs"
        variant="light"
        renderRoot={(props) => <Link {...props} to={`/entitlements/new?${new URLSearchParams(newFrom(id))}`} />}
        aria-label={`New entitlement from ${name}`}
      >
        New entitlement
      </Button>
      <Button size="xs" variant="default" aria-label={`Delete ${name}`} onClick={() => onRemove(id)}>
        Delete
      </Button>
    </Group>
  ),
});

/** The templates, from which entitlements are made. */
export function TemplatesPage() {
  const { cursor, remove } = useSearch({ from: '/shell/administration/templates' });
  const navigate = useNavigate({ from: '/administration/templates' });
  const mayWrite = useMay('writeEntitlements');
  const query = cursor === undefined ? {} : { cursor };
  const list = $api.useQuery('get', '/v1/templates', { params: { query } }, { placeholderData: (before) => before });
  const change = (changes: { readonly cursor?: string; readonly remove?: string }) =>
    void navigate({ search: (before) => ({ ...before, ...changes }) });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `change` does the same in each drawing.
  const columns = useMemo(
    () => (mayWrite ? [...COLUMNS, commands((id) => change({ remove: id }))] : COLUMNS),
    [mayWrite],
  );
  return (
    <Page
      title="Templates"
      subtitle="Entitlements are made from them. A changed template changes no entitlement that exists."
      actions={
        mayWrite && (
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/administration/templates/new" />}
          >
            New template
          </Button>
        )
      }
    >
      <QueryView query={list}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="There is no template">A template holds the terms that many entitlements share.</Empty>
          ) : (
            <>
              <DataTable caption="Templates" columns={columns} rows={items} idOf={({ id }) => id} />
              <ListPager
                cursor={cursor}
                nextCursor={nextCursor}
                shown={items.length}
                onGo={(next) => change({ cursor: next })}
              />
              {mayWrite && remove !== undefined && (
                <DeleteTemplateDialog
                  id={remove}
                  name={items.find(({ id }) => id === remove)?.name ?? remove}
                  onClose={() => change({ remove: undefined })}
                />
              )}
            </>
          )
        }
      </QueryView>
    </Page>
  );
}
