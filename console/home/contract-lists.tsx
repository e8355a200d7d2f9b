import { Text } from '@mantine/core';
import type { Shapes } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import type { Column } from '../ui/data-table.tsx';
import { dayText, numberText, termText } from '../ui/format.ts';
import { CustomerLink, entitlementAddress, RecordLink, renewalAddress } from './record-links.tsx';
import { NextAction, WorkList } from './work-list.tsx';

type Renewal = Shapes['RenewalsRow'];
type NearDepletion = Shapes['NearDepletionRow'];
type Expiring = Shapes['ExpiringRow'];

const daysText = (days: number): string => {
  if (days === 0) return 'has ended';
  return days === 1 ? 'its last day is today' : `${numberText(days)} days left`;
};

const DayAndRest = ({ day, rest }: { readonly day: string; readonly rest: string }) => (
  <>
    {day}
    <Text span c="dimmed" fz="sm" display="block">
      {rest}
    </Text>
  </>
);

const RENEWALS: readonly Column<Renewal>[] = [
  {
    id: 'entitlement',
    header: 'Entitlement',
    cell: ({ entitlementId, entitlementName }) => (
      <RecordLink to={entitlementAddress(entitlementId)} name={entitlementName} />
    ),
  },
  {
    id: 'customer',
    header: 'Customer',
    from: 'xs',
    cell: ({ customerId, customerName }) => <CustomerLink id={customerId} name={customerName} />,
  },
  { id: 'proposal', header: 'Proposal', from: 'lg', cell: ({ proposal }) => proposal },
  {
    id: 'ends',
    header: 'Ends',
    cell: ({ endDate, daysLeft }) => <DayAndRest day={dayText(endDate)} rest={daysText(daysLeft)} />,
  },
  {
    id: 'action',
    header: 'Next',
    cell: ({ id, entitlementName }) => <NextAction to={renewalAddress(id)} does="Decide" about={entitlementName} />,
  },
];

/** Renewals that wait for a decision, the earliest end first. */
export const RenewalsToDecide = ({ list }: { readonly list: Shapes['RenewalsToDecide'] }) => (
  <WorkList
    title="Renewals to decide"
    list={list}
    columns={RENEWALS}
    idOf={({ id }) => id}
    empty="No renewal waits for a decision. One appears here when the notice period of an entitlement begins, and stays until somebody decides."
    all={{ to: '/renewals', label: 'All renewals' }}
  />
);

/** When nothing is left, in words. */
function runsOutText({ remainingTerm, depletesOn }: NearDepletion): string {
  if (remainingTerm <= 0) return 'Nothing is left';
  return depletesOn === null ? 'Not at this pace' : dayText(depletesOn);
}

const paceText = ({ pacePerDay, allocationType }: NearDepletion): string =>
  `${termText(Math.round(pacePerDay * 30), allocationType)} in 30 days`;

const runningOutColumns = (mayWrite: boolean): readonly Column<NearDepletion>[] => [
  {
    id: 'entitlement',
    header: 'Entitlement',
    cell: ({ id, name }) => <RecordLink to={entitlementAddress(id)} name={name} />,
  },
  {
    id: 'customer',
    header: 'Customer',
    from: 'xs',
    cell: ({ customerId, customerName }) => <CustomerLink id={customerId} name={customerName} />,
  },
  {
    id: 'remaining',
    header: 'Remaining',
    from: 'sm',
    cell: (row) => (
      <DayAndRest
        day={termText(row.remainingTerm, row.allocationType)}
        rest={`of ${termText(row.totalTerm, row.allocationType)}`}
      />
    ),
  },
  {
    id: 'runsOut',
    header: 'Runs out',
    cell: (row) => <DayAndRest day={runsOutText(row)} rest={paceText(row)} />,
  },
  { id: 'ends', header: 'Ends', from: 'lg', cell: ({ endDate }) => dayText(endDate) },
  {
    id: 'action',
    header: 'Next',
    cell: ({ id, name }) => <NextAction to={entitlementAddress(id)} does={mayWrite ? 'Top up' : 'Open'} about={name} />,
  },
];

/** Entitlements that use up their term before they end or their next period begins. */
export function RunningOut({ list }: { readonly list: Shapes['RunningOut'] }) {
  const mayWrite = useMay('writeEntitlements');
  return (
    <WorkList
      title="Running out"
      list={list}
      columns={runningOutColumns(mayWrite)}
      idOf={({ id }) => id}
      empty="At their present pace all active entitlements last until they end or their next period begins. Those that do not appear here."
      all={{ to: '/reports/near-depletion', label: 'Report on near depletion' }}
    />
  );
}

const endingColumns = (mayWrite: boolean): readonly Column<Expiring>[] => [
  {
    id: 'entitlement',
    header: 'Entitlement',
    cell: ({ id, name }) => <RecordLink to={entitlementAddress(id)} name={name} />,
  },
  {
    id: 'customer',
    header: 'Customer',
    from: 'xs',
    cell: ({ customerId, customerName }) => <CustomerLink id={customerId} name={customerName} />,
  },
  {
    id: 'ends',
    header: 'Ends',
    cell: ({ endDate, daysLeft }) => <DayAndRest day={dayText(endDate)} rest={daysText(daysLeft)} />,
  },
  {
    id: 'manager',
    header: 'Account manager',
    from: 'lg',
    cell: ({ accountManager }) => accountManager?.name ?? 'nobody',
  },
  {
    id: 'action',
    header: 'Next',
    cell: ({ id, name, status }) => (
      <NextAction
        to={entitlementAddress(id)}
        does={mayWrite && (status === 'expired' || status === 'canceled') ? 'Renew' : 'Open'}
        about={name}
      />
    ),
  },
];

/** Entitlements that end soon and that nobody has renewed. */
export function EndingSoon({ list }: { readonly list: Shapes['EndingSoon'] }) {
  const mayWrite = useMay('writeEntitlements');
  return (
    <WorkList
      title="Ending soon"
      list={list}
      columns={endingColumns(mayWrite)}
      idOf={({ id }) => id}
      empty="No entitlement without a successor ends in the next 30 days. Those that do appear here."
      all={{ to: '/reports/expiring', label: 'Report on what ends' }}
    />
  );
}
