import { Anchor, Group, Select } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { $api, type Shapes } from '../../data/api.ts';
import { oneOf } from '../../data/search-params.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FilterBox } from '../../ui/filter-box.tsx';
import { instantText, numberText } from '../../ui/format.ts';
import { ListPager } from '../../ui/list-pager.tsx';
import { Name } from '../../ui/name.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { wordsOfName } from '../parts/words.ts';
import { DELIVERY_KINDS, DELIVERY_STATUSES, EVENT_TYPES } from './delivery-choices.ts';
import { DeliveryStatus } from './delivery-status.tsx';

type Delivery = Shapes['Delivery'];

/** Whether something still waits changes by itself, so the list is read again. */
const WAITING_MS = 5_000;

const COLUMNS: readonly Column<Delivery>[] = [
  {
    id: 'what',
    header: 'What',
    cell: ({ id, type, subject }) => (
      <Anchor component={Link} to={`/administration/deliveries/${id}`}>
        {type === null ? <Name>{subject ?? 'E-mail'}</Name> : wordsOfName(type)}
      </Anchor>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <DeliveryStatus status={status} /> },
  { id: 'target', header: 'To', cell: ({ target }) => <Name>{target}</Name> },
  {
    id: 'record',
    header: 'About',
    from: 'lg',
    cell: ({ recordId }) => (recordId === null ? '' : <Name>{recordId}</Name>),
  },
  {
    id: 'attempts',
    header: 'Attempts',
    figures: true,
    from: 'sm',
    cell: ({ attempts }) => numberText(attempts.length),
  },
  { id: 'created', header: 'Created', from: 'md', cell: ({ createdAt }) => instantText(createdAt) },
  {
    id: 'next',
    header: 'Next attempt',
    from: 'lg',
    cell: ({ nextAttemptAt }) => (nextAttemptAt === null ? '' : instantText(nextAttemptAt)),
  },
];

/** Events to webhooks and e-mails, newest first. */
export function DeliveriesPage() {
  const { kind, status, type, webhook, record, cursor } = useSearch({ from: '/shell/administration/deliveries' });
  const navigate = useNavigate({ from: '/administration/deliveries' });
  const change = (changes: Record<string, string | undefined>) =>
    void navigate({
      search: (before) => ({ ...before, cursor: undefined, ...changes }),
      replace: !('cursor' in changes),
    });
  const query = {
    ...(kind === undefined ? {} : { kind }),
    ...(status === undefined ? {} : { status }),
    ...(type === undefined ? {} : { type }),
    ...(webhook === undefined ? {} : { endpointId: webhook }),
    ...(record === undefined ? {} : { recordId: record }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  const list = $api.useQuery(
    'get',
    '/v1/deliveries',
    { params: { query } },
    {
      placeholderData: (before) => before,
      refetchInterval: ({ state }) =>
        state.data?.items.some((delivery) => delivery.status === 'pending') === true && WAITING_MS,
    },
  );
  const webhooks = $api.useQuery('get', '/v1/webhooks').data?.items ?? [];
  return (
    <Page title="Deliveries" subtitle="Events to webhooks, and e-mails. A delivery that failed can be sent again.">
      <Group gap="sm" align="flex-end">
        <Select
          label="Status"
          placeholder="All"
          clearable
          data={DELIVERY_STATUSES.map((value) => ({ value, label: wordsOfName(value) }))}
          value={status ?? null}
          onChange={(next) => change({ status: oneOf(DELIVERY_STATUSES, next) })}
        />
        <Select
          label="Kind"
          placeholder="All"
          clearable
          data={DELIVERY_KINDS.map((value) => ({ value, label: value === 'email' ? 'E-mail' : 'Webhook' }))}
          value={kind ?? null}
          onChange={(next) => change({ kind: oneOf(DELIVERY_KINDS, next) })}
        />
        <Select
          label="Event"
          placeholder="All"
          clearable
          searchable
          data={EVENT_TYPES.map((value) => ({ value, label: wordsOfName(value) }))}
          value={type ?? null}
          onChange={(next) => change({ type: oneOf(EVENT_TYPES, next) })}
        />
        <Select
          label="Webhook"
          placeholder="All"
          clearable
          data={webhooksWith(webhooks, webhook)}
          value={webhook ?? null}
          onChange={(next) => change({ webhook: next ?? undefined })}
        />
        <FilterBox label="Id of the record" value={record} onChange={(next) => change({ record: next })} />
      </Group>
      <QueryView query={list}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="No delivery matches">Events that are sent, and mails of renewals, appear here.</Empty>
          ) : (
            <>
              <DataTable caption="Deliveries" columns={COLUMNS} rows={items} idOf={({ id }) => id} />
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

/** The webhooks to choose from. One that was deleted is still in the address and in the log. */
function webhooksWith(webhooks: readonly Shapes['Webhook'][], chosen: string | undefined) {
  const known = webhooks.map(({ id, url }) => ({ value: id, label: url }));
  if (chosen === undefined || known.some(({ value }) => value === chosen)) return known;
  return [{ value: chosen, label: chosen }, ...known];
}
