import { Anchor, Button, Code, Stack, Table, Text, Title } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { $api, type Shapes } from '../../data/api.ts';
import { useMay } from '../../data/me.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { instantText, numberText } from '../../ui/format.ts';
import { Name } from '../../ui/name.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { wordsOfName } from '../parts/words.ts';
import { STATUS_WORDS } from './delivery-choices.ts';
import { DeliveryStatus } from './delivery-status.tsx';
import { RedeliverDialog } from './redeliver-dialog.tsx';

type Delivery = Shapes['DeliveryWithContent'];
type Attempt = Delivery['attempts'][number];

const WAITING_MS = 3_000;

/** One delivery: what was sent, to whom, and each attempt. */
export function DeliveryPage() {
  const { id } = useParams({ from: '/shell/administration/deliveries/$id' });
  const { dialog } = useSearch({ from: '/shell/administration/deliveries/$id' });
  const navigate = useNavigate({ from: '/administration/deliveries/$id' });
  const open = (opened: 'redeliver' | undefined) => void navigate({ search: { dialog: opened }, replace: true });
  const mayChange = useMay('changeWebhooks');
  const delivery = $api.useQuery(
    'get',
    '/v1/deliveries/{id}',
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => state.data?.status === 'pending' && WAITING_MS },
  );
  const read = delivery.data;
  return (
    <Page
      title={read === undefined ? 'Delivery' : titleOf(read)}
      beside={read !== undefined && <DeliveryStatus status={read.status} />}
      subtitle={
        <Anchor component={Link} to="/administration/deliveries">
          All deliveries
        </Anchor>
      }
      actions={
        mayChange &&
        read !== undefined && (
          // A button that is disabled is not reached by the keyboard, so the reason stands in the page.
          <Button onClick={() => open('redeliver')} disabled={read.status === 'pending'}>
            Send again
          </Button>
        )
      }
    >
      <QueryView query={delivery}>
        {(shown) => (
          <Stack gap="lg">
            <Facts delivery={shown} />
            <section>
              <Title order={2} size="h3" mb="xs">
                Attempts
              </Title>
              {shown.attempts.length === 0 ? (
                <Empty title="No attempt yet">Each attempt appears here with its answer.</Empty>
              ) : (
                <DataTable
                  caption="Attempts"
                  columns={ATTEMPTS}
                  rows={shown.attempts}
                  idOf={({ redelivery, number }) => `${redelivery}.${number}`}
                />
              )}
            </section>
            <Content content={shown.content} />
          </Stack>
        )}
      </QueryView>
      <RedeliverDialog id={id} opened={dialog === 'redeliver'} onClose={() => open(undefined)} />
    </Page>
  );
}

const titleOf = ({ type, subject }: Delivery): string => (type === null ? (subject ?? 'E-mail') : wordsOfName(type));

function Facts({ delivery }: { readonly delivery: Delivery }) {
  const { status, reason, target, recordType, recordId, createdAt, nextAttemptAt, redelivery, key } = delivery;
  const facts: readonly (readonly [string, string | null])[] = [
    ['To', target],
    ['About', recordId === null ? null : `${recordType ?? 'record'} ${recordId}`],
    ['Created', instantText(createdAt)],
    ['Next attempt', nextAttemptAt === null ? null : instantText(nextAttemptAt)],
    ['Why it failed', reason],
    ['Sent again on request', redelivery === 0 ? null : `${numberText(redelivery)} times`],
    ['Key', key],
  ];
  return (
    <section>
      <Text mb="xs">{STATUS_WORDS[status]}</Text>
      <Table variant="vertical" layout="fixed" withTableBorder>
        <Table.Tbody>
          {facts.map(([name, value]) =>
            value === null ? null : (
              <Table.Tr key={name}>
                <Table.Th w={180}>{name}</Table.Th>
                <Table.Td>
                  <Name>{value}</Name>
                </Table.Td>
              </Table.Tr>
            ),
          )}
        </Table.Tbody>
      </Table>
    </section>
  );
}

const ATTEMPTS: readonly Column<Attempt>[] = [
  { id: 'at', header: 'When', cell: ({ at }) => instantText(at) },
  {
    id: 'number',
    header: 'Attempt',
    figures: true,
    cell: ({ redelivery, number }) =>
      redelivery === 0 ? numberText(number) : `${numberText(number)} of redelivery ${numberText(redelivery)}`,
  },
  {
    id: 'status',
    header: 'Answer',
    cell: ({ statusCode, error }) => (
      <>
        {statusCode ?? 'none'}
        {error !== null && (
          <>
            {': '}
            <Name>{error}</Name>
          </>
        )}
      </>
    ),
  },
  {
    id: 'response',
    header: 'Text of the answer',
    from: 'md',
    cell: ({ response }) => (response === null ? '' : <Name>{response}</Name>),
  },
  {
    id: 'took',
    header: 'Took',
    figures: true,
    from: 'sm',
    cell: ({ durationMs }) => (durationMs === null ? '' : `${numberText(durationMs)} ms`),
  },
];

function Content({ content }: { readonly content: Delivery['content'] }) {
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        Content
      </Title>
      <Code block role="region" tabIndex={0} aria-label="What was sent" dir="auto" style={{ whiteSpace: 'pre-wrap' }}>
        {'data' in content ? JSON.stringify(content, null, 2) : content.text}
      </Code>
    </section>
  );
}
