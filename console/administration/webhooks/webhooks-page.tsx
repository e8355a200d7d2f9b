import { Anchor, Badge, Button, Group, Text } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { $api, api, type Shapes } from '../../data/api.ts';
import { useMay } from '../../data/me.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { instantText } from '../../ui/format.ts';
import { Name } from '../../ui/name.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { RotateDialog } from '../parts/rotate-dialog.tsx';
import { SecretDialog } from '../parts/secret-dialog.tsx';
import { RemoveWebhookDialog } from './remove-webhook-dialog.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';

type Webhook = Shapes['Webhook'];
type Opened = {
  readonly dialog?: 'create';
  readonly edit?: string;
  readonly rotate?: string;
  readonly remove?: string;
};
const CLOSED = { dialog: undefined, edit: undefined, rotate: undefined, remove: undefined };

/** All webhooks: where events go, and whether they arrive. */
export function WebhooksPage() {
  const { dialog, edit, rotate, remove } = useSearch({ from: '/shell/administration/webhooks' });
  const navigate = useNavigate({ from: '/administration/webhooks' });
  const [told, setTold] = useState<Shapes['WebhookWithSecret'] | null>(null);
  const mayChange = useMay('changeWebhooks');
  const list = $api.useQuery('get', '/v1/webhooks');
  const webhooks = list.data?.items ?? [];
  const named = (wanted: string | undefined) => webhooks.find(({ id }) => id === wanted);
  const open = (opened: Opened) => void navigate({ search: { ...CLOSED, ...opened }, replace: true });
  const close = () => open({});
  const tell = (webhook: Shapes['WebhookWithSecret'] | undefined) => {
    setTold(webhook ?? null);
    close();
  };
  const rotated = named(rotate);
  return (
    <Page
      title="Webhooks"
      subtitle="Allot sends signed events to these addresses."
      actions={mayChange && <Button onClick={() => open({ dialog: 'create' })}>Create a webhook</Button>}
    >
      <QueryView query={list}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="There are no webhooks">
              A webhook tells another system what happens here, such as a case that was refused.
            </Empty>
          ) : (
            <DataTable
              caption="Webhooks"
              columns={[...COLUMNS, ...(mayChange ? [commands(open)] : [])]}
              rows={items}
              idOf={({ id }) => id}
            />
          )
        }
      </QueryView>
      <WebhookDialog
        // A form is filled once, so it begins when the webhook is read.
        key={named(edit)?.id ?? 'new'}
        opened={dialog === 'create' || named(edit) !== undefined}
        webhook={named(edit)}
        onClose={close}
        onTold={tell}
      />
      <RotateDialog
        of={rotated === undefined ? undefined : { id: rotated.id, name: rotated.url }}
        meanwhile="For a while deliveries are signed with both, so that the receiver can change over."
        rotate={async ({ id, ...body }, key) => {
          const params = { path: { id }, header: { 'Idempotency-Key': key } };
          return (await api.POST('/v1/webhooks/{id}/rotate', { params, body })).data;
        }}
        onClose={close}
        onTold={tell}
      />
      <RemoveWebhookDialog webhook={named(remove)} onClose={close} />
      <SecretDialog
        name={told?.url ?? ''}
        secret={told?.secret ?? null}
        use="The receiver checks the signature of each delivery with it."
        onClose={() => setTold(null)}
      />
    </Page>
  );
}

const COLUMNS: readonly Column<Webhook>[] = [
  {
    id: 'url',
    header: 'Address',
    cell: ({ url, description }) => (
      <>
        <Name>{url}</Name>
        {description !== null && (
          <Text c="dimmed" component="div">
            <Name>{description}</Name>
          </Text>
        )}
      </>
    ),
  },
  { id: 'types', header: 'Events', from: 'md', cell: ({ types }) => (types.includes('*') ? 'all' : types.join(', ')) },
  { id: 'status', header: 'Status', cell: (webhook) => <WebhookStatus webhook={webhook} /> },
  {
    id: 'deliveries',
    header: 'Deliveries',
    from: 'sm',
    cell: ({ id, url }) => (
      <Anchor
        component={Link}
        to={`/administration/deliveries?webhook=${id}`}
        aria-label={`Show the deliveries to ${url}`}
      >
        Show
      </Anchor>
    ),
  },
];

function WebhookStatus({ webhook }: { readonly webhook: Webhook }) {
  const { enabled, disabledReason, pausedAt, nextProbeAt } = webhook;
  if (!enabled)
    return (
      <>
        <Badge color="red" variant="light" size="sm" tt="none">
          disabled
        </Badge>{' '}
        {disabledReason !== null && <Name>{disabledReason}</Name>}
      </>
    );
  if (pausedAt !== null)
    return (
      <>
        <Badge color="orange" variant="light" size="sm" tt="none">
          paused
        </Badge>{' '}
        since {instantText(pausedAt)}, because the receiver keeps failing
        {nextProbeAt !== null && `; tried again ${instantText(nextProbeAt)}`}
      </>
    );
  return (
    <Badge color="pine" variant="light" size="sm" tt="none">
      active
    </Badge>
  );
}

const commands = (open: (opened: Opened) => void): Column<Webhook> => ({
  id: 'commands',
  header: 'Commands',
  cell: ({ id, url }) => (
    <Group gap="xs">
      <Command label={`Edit ${url}`} onClick={() => open({ edit: id })}>
        Edit
      </Command>
      <Command label={`Rotate the secret of ${url}`} onClick={() => open({ rotate: id })}>
        Rotate
      </Command>
      <Command label={`Delete ${url}`} onClick={() => open({ remove: id })}>
        Delete
      </Command>
    </Group>
  ),
});

interface CommandProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: string;
}

const Command = ({ label, onClick, children }: CommandProps) => (
  <Button size="compact-sm" variant="default" aria-label={label} onClick={onClick}>
    {children}
  </Button>
);
