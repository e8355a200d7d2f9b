import { Anchor, Box, Progress, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { $api, type Shapes } from '../data/api.ts';
import { jsonOnly } from '../data/json-only.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { dayText, termText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section } from '../ui/section.tsx';
import { Empty } from '../ui/states.tsx';

type Entitlement = Shapes['Entitlement'];
type Pace = Shapes['NearDepletionRow'];

/** More active contracts than this are seen on the list of all. */
const MOST = 50;
const PERCENT = 100;
const FEW_LEFT = 0.25;

/** What the customer has now, with what is left of it and until when that lasts at the present pace. */
export function ActiveEntitlements({ customerId }: { readonly customerId: string }) {
  const query = { customerId, view: 'active', sort: 'endDate', limit: MOST } as const;
  const active = $api.useQuery('get', '/v1/entitlements', { params: { query } });
  const ofCustomer = { query: { customerId, threshold: 0, limit: MOST } };
  const paces = $api.useQuery(
    'get',
    '/v1/reports/near-depletion',
    { params: ofCustomer },
    { select: (answer) => jsonOnly(answer) },
  );
  const paceOf = new Map(paces.data?.items.map((row) => [row.id, row]));
  return (
    <Section
      title="Active entitlements"
      actions={
        <Anchor component={Link} to={`/entitlements?${new URLSearchParams({ customer: customerId })}`}>
          All entitlements of the customer
        </Anchor>
      }
    >
      <QueryView query={active}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No entitlement is active">New cases of this customer are recorded without one.</Empty>
          ) : (
            <DataTable caption="Active entitlements" columns={columnsWith(paceOf)} rows={items} idOf={({ id }) => id} />
          )
        }
      </QueryView>
    </Section>
  );
}

const columnsWith = (paceOf: ReadonlyMap<string, Pace>): readonly Column<Entitlement>[] => [
  {
    id: 'name',
    header: 'Name',
    cell: ({ id, name, isDefault }) => (
      <>
        <Anchor component={Link} to={`/entitlements/${encodeURIComponent(id)}`}>
          <Name>{name}</Name>
        </Anchor>
        {isDefault && (
          <Text span c="dimmed" size="sm">
            {' '}
            default
          </Text>
        )}
      </>
    ),
  },
  { id: 'left', header: 'Left', cell: (row) => <Left entitlement={row} pace={paceOf.get(row.id)} /> },
  {
    id: 'depletes',
    header: 'Used up on',
    oneLine: true,
    from: 'sm',
    cell: ({ id }) => {
      const depletesOn = paceOf.get(id)?.depletesOn;
      return depletesOn == null ? '–' : dayText(depletesOn);
    },
  },
  { id: 'ends', header: 'Ends', oneLine: true, cell: ({ endDate }) => dayText(endDate) },
  { id: 'tier', header: 'Tier', from: 'md', cell: ({ tier }) => (tier === null ? '–' : <Name>{tier}</Name>) },
];

interface LeftProps {
  readonly entitlement: Entitlement;
  /** Undefined for unlimited ones, and until the report is read. */
  readonly pace: Pace | undefined;
}

function Left({ entitlement: { remainingTerm, allocationType }, pace }: LeftProps) {
  const left = termText(remainingTerm, allocationType);
  if (pace === undefined) return left;
  const share = Math.min(1, Math.max(0, 1 - pace.usedShare));
  return (
    <Box miw={110}>
      {left}{' '}
      <Text span c="dimmed" size="sm">
        of {termText(pace.totalTerm, allocationType)}
      </Text>
      {/* The words above say the same. */}
      <Progress value={share * PERCENT} size="sm" mt={3} color={share < FEW_LEFT ? 'orange' : 'pine'} aria-hidden />
    </Box>
  );
}
