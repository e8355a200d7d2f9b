import type { Shapes } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import type { Column } from '../ui/data-table.tsx';
import { dayText, numberText, termText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { entitlementAddress, OfCustomer, OnOneLine, renewalAddress, TwoLines } from './record-links.tsx';
import { NextAction, WorkList } from './work-list.tsx';

type Renewal = Shapes['RenewalsRow'];
type NearDepletion = Shapes['NearDepletionRow'];
type Expiring = Shapes['ExpiringRow'];

const daysText = (days: number): string => {
  if (days === 0) return 'has ended';
  return days === 1 ? 'its last day is today' : `${numberText(days)} days left`;
};

const RENEWALS: readonly Column<Renewal>[] = [
  {
    id: 'entitlement',
    header: 'Entitlement',
    cell: ({ entitlementId, entitlementName, ...of }) => (
      <OfCustomer to={entitlementAddress(entitlementId)} name={entitlementName} {...of} />
    ),
  },
  { id: 'proposal', header: 'Proposal', from: 'sm', cell: ({ proposal }) => <Name>{proposal}</Name> },
  {
    id: 'decideBy',
    header: 'Decide by',
    cell: ({ decideBy, endDate, daysLeft, stage }) => (
      <TwoLines
        first={<OnOneLine>{dayText(decideBy ?? endDate)}</OnOneLine>}
        second={<OnOneLine>{stage === 'lapsed' ? `ended ${dayText(endDate)}` : daysText(daysLeft)}</OnOneLine>}
      />
    ),
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

const topUpOrOpen = (id: string, mayWrite: boolean) =>
  mayWrite
    ? { to: `${entitlementAddress(id)}?dialog=top-up`, does: 'Top up' }
    : { to: entitlementAddress(id), does: 'Open' };

const runningOutColumns = (mayWrite: boolean): readonly Column<NearDepletion>[] => [
  {
    id: 'entitlement',
    header: 'Entitlement',
    cell: ({ id, ...of }) => <OfCustomer to={entitlementAddress(id)} {...of} />,
  },
  {
    id: 'remaining',
    header: 'Remaining',
    from: 'xs',
    cell: ({ remainingTerm, totalTerm, allocationType }) => (
      <TwoLines
        first={<OnOneLine>{termText(remainingTerm, allocationType)}</OnOneLine>}
        second={<OnOneLine>{`of ${termText(totalTerm, allocationType)}`}</OnOneLine>}
      />
    ),
  },
  {
    id: 'runsOut',
    header: 'Runs out',
    cell: (row) => (
      <TwoLines
        first={<OnOneLine>{runsOutText(row)}</OnOneLine>}
        second={<OnOneLine>{`ends ${dayText(row.endDate)}`}</OnOneLine>}
      />
    ),
  },
  {
    id: 'action',
    header: 'Next',
    cell: ({ id, name }) => <NextAction {...topUpOrOpen(id, mayWrite)} about={name} />,
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

/** Only what has ended can be renewed by hand; before that, its renewal is decided. */
const renewOrOpen = (id: string, mayRenew: boolean) =>
  mayRenew
    ? { to: `${entitlementAddress(id)}?dialog=renew`, does: 'Renew' }
    : { to: entitlementAddress(id), does: 'Open' };

const endingColumns = (mayWrite: boolean): readonly Column<Expiring>[] => [
  {
    id: 'entitlement',
    header: 'Entitlement',
    cell: ({ id, ...of }) => <OfCustomer to={entitlementAddress(id)} {...of} />,
  },
  {
    id: 'ends',
    header: 'Ends',
    cell: ({ endDate, daysLeft }) => (
      <TwoLines
        first={<OnOneLine>{dayText(endDate)}</OnOneLine>}
        second={<OnOneLine>{daysText(daysLeft)}</OnOneLine>}
      />
    ),
  },
  {
    id: 'manager',
    header: 'Account manager',
    from: 'sm',
    cell: ({ accountManager }) => <Name>{accountManager?.name ?? 'nobody'}</Name>,
  },
  {
    id: 'action',
    header: 'Next',
    cell: ({ id, name, status }) => (
      <NextAction {...renewOrOpen(id, mayWrite && status !== 'active' && status !== 'waiting')} about={name} />
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
