import { Badge, Button, Group, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { $api, type Shapes } from '../../data/api.ts';
import { useMay, useMe } from '../../data/me.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { instantText } from '../../ui/format.ts';
import { ListPager } from '../../ui/list-pager.tsx';
import { Name } from '../../ui/name.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { SecretDialog } from '../parts/secret-dialog.tsx';
import { ROLE_WORDS } from '../parts/words.ts';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { lastDayText } from './key-end.ts';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';
import { RotateKeyDialog } from './rotate-key-dialog.tsx';

type ApiKey = Shapes['ApiKey'];

type Opened = { readonly dialog?: 'create'; readonly rotate?: string; readonly revoke?: string };
const CLOSED = { dialog: undefined, rotate: undefined, revoke: undefined };

/** All API keys, with those that were revoked. */
export function ApiKeysPage() {
  const { cursor, dialog, rotate, revoke } = useSearch({ from: '/shell/administration/api-keys' });
  const navigate = useNavigate({ from: '/administration/api-keys' });
  const [told, setTold] = useState<Shapes['ApiKeyWithSecret'] | null>(null);
  const mayManage = useMay('manageKeys');
  const list = $api.useQuery('get', '/v1/api-keys', { params: { query: cursor === undefined ? {} : { cursor } } });
  const keys = list.data?.items ?? [];
  const open = (opened: Opened) => void navigate({ search: { ...CLOSED, cursor, ...opened }, replace: true });
  const close = () => open({});
  const tell = (key: Shapes['ApiKeyWithSecret']) => {
    setTold(key);
    close();
  };
  return (
    <Page
      title="API keys"
      subtitle="People and systems sign in with a key. What they do stands in the audit under the name of the key."
      actions={mayManage && <Button onClick={() => open({ dialog: 'create' })}>Create a key</Button>}
    >
      <QueryView query={list}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="There are no API keys">Keys that are created appear here.</Empty>
          ) : (
            <>
              <DataTable caption="API keys" columns={columns(open)} rows={items} idOf={({ id }) => id} />
              <ListPager
                cursor={cursor}
                nextCursor={nextCursor}
                shown={items.length}
                onGo={(next) => void navigate({ search: { ...CLOSED, cursor: next } })}
              />
            </>
          )
        }
      </QueryView>
      <CreateKeyDialog opened={dialog === 'create'} onClose={close} onTold={tell} />
      <RotateKeyDialog apiKey={keys.find(({ id }) => id === rotate)} onClose={close} onTold={tell} />
      <RevokeKeyDialog apiKey={keys.find(({ id }) => id === revoke)} onClose={close} />
      <SecretDialog
        name={told?.name ?? ''}
        secret={told?.key ?? null}
        use="Its holder sends it as the bearer token of each call, or signs in to this console with it."
        onClose={() => setTold(null)}
      />
    </Page>
  );
}

const columns = (open: (opened: Opened) => void): readonly Column<ApiKey>[] => [
  { id: 'name', header: 'Name', cell: (apiKey) => <NameOfKey apiKey={apiKey} /> },
  { id: 'role', header: 'Role', cell: ({ role }) => ROLE_WORDS[role] },
  { id: 'email', header: 'E-mail', from: 'md', cell: ({ email }) => (email === null ? '' : <Name>{email}</Name>) },
  { id: 'status', header: 'Status', cell: (apiKey) => <KeyStatus apiKey={apiKey} /> },
  {
    id: 'expires',
    header: 'Last day',
    from: 'md',
    cell: ({ expiresAt }) => (expiresAt === null ? '' : lastDayText(expiresAt)),
  },
  { id: 'created', header: 'Created', from: 'lg', cell: ({ createdAt }) => instantText(createdAt) },
  {
    id: 'commands',
    header: 'Commands',
    cell: ({ id, name, revokedAt }) =>
      revokedAt === null && (
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Rotate the secret of ${name}`}
            onClick={() => open({ rotate: id })}
          >
            Rotate
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Revoke ${name}`}
            onClick={() => open({ revoke: id })}
          >
            Revoke
          </Button>
        </Group>
      ),
  },
];

function NameOfKey({ apiKey: { name } }: { readonly apiKey: ApiKey }) {
  const me = useMe();
  return (
    <>
      <Name>{name}</Name>
      {me?.name === name && (
        <Text span c="dimmed">
          {' '}
          (you)
        </Text>
      )}
    </>
  );
}

function KeyStatus({ apiKey: { revokedAt, expiresAt, replacedWorksUntil } }: { readonly apiKey: ApiKey }) {
  if (revokedAt !== null)
    return (
      <>
        <Badge color="red" variant="light" size="sm" tt="none">
          revoked
        </Badge>{' '}
        {instantText(revokedAt)}
      </>
    );
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now())
    return (
      <Badge color="red" variant="light" size="sm" tt="none">
        expired
      </Badge>
    );
  const oldWorks = replacedWorksUntil !== null && Date.parse(replacedWorksUntil) > Date.now();
  return (
    <>
      <Badge color="pine" variant="light" size="sm" tt="none">
        active
      </Badge>
      {oldWorks && ` the old secret works until ${instantText(replacedWorksUntil)}`}
    </>
  );
}
