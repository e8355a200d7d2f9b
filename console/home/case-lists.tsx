import type { Shapes } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import type { Column } from '../ui/data-table.tsx';
import { fromNowText, instantText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { caseAddress, entitlementAddress, OfCustomer, OnOneLine, TwoLines } from './record-links.tsx';
import { NextAction, WorkList } from './work-list.tsx';

type CaseWithout = Shapes['CaseWithoutEntitlement'];
type Override = Shapes['OverridesRow'];
type Delivery = Shapes['Delivery'];

const WITHOUT: readonly Column<CaseWithout>[] = [
  {
    id: 'case',
    header: 'Case',
    cell: ({ id, title, ...of }) => <OfCustomer to={caseAddress(id)} name={title ?? id} {...of} />,
  },
  { id: 'since', header: 'Opened', cell: ({ createdAt }) => <OnOneLine>{fromNowText(createdAt)}</OnOneLine> },
  {
    id: 'why',
    header: 'Why it has none',
    from: 'md',
    cell: ({ entitlementExplanation, entitlementReason }) => (
      <Name>{entitlementExplanation ?? entitlementReason.replaceAll('_', ' ')}</Name>
    ),
  },
  {
    id: 'action',
    header: 'Next',
    cell: ({ id, title }) => <NextAction to={`${caseAddress(id)}?dialog=move`} does="Find cover" about={title ?? id} />,
  },
];

/** Active cases that no entitlement covers, the oldest first. */
export const CasesWithout = ({ list }: { readonly list: Shapes['CasesWithoutEntitlement'] }) => (
  <WorkList
    title="Cases without an entitlement"
    list={list}
    columns={WITHOUT}
    idOf={({ id }) => id}
    empty="Every active case has an entitlement. A case that nothing covers appears here, with the reason."
    all={{ to: '/cases?without=true&status=active', label: 'All cases without one' }}
  />
);

const OVERRIDES: readonly Column<Override>[] = [
  {
    id: 'entitlement',
    header: 'Entitlement',
    cell: ({ entitlementId, entitlementName, customerId, customerName }) => (
      <OfCustomer
        to={entitlementAddress(entitlementId)}
        name={entitlementName}
        customerId={customerId}
        customerName={customerName}
      />
    ),
  },
  {
    id: 'what',
    header: 'What it let pass',
    from: 'sm',
    cell: ({ overrode }) => overrode?.map((code) => code.replaceAll('_', ' ')).join(', ') ?? '',
  },
  {
    id: 'why',
    header: 'Who and why',
    cell: ({ who, why }) => <TwoLines first={<Name>{who}</Name>} second={<Name>{why ?? 'no reason given'}</Name>} />,
  },
  { id: 'when', header: 'When', from: 'md', cell: ({ when }) => <OnOneLine>{instantText(when)}</OnOneLine> },
  {
    id: 'action',
    header: 'Next',
    cell: ({ caseId, entitlementId, entitlementName }) => (
      <NextAction
        to={`${entitlementAddress(entitlementId)}?tab=ledger${caseId === null ? '' : `&case=${encodeURIComponent(caseId)}`}`}
        does="Review"
        about={caseId ?? entitlementName}
      />
    ),
  },
];

/** Overrides of the last week, the newest first. */
export const Overrides = ({ list }: { readonly list: Shapes['RecentOverrides'] }) => (
  <WorkList
    title="Overrides of the last 7 days"
    list={list}
    columns={OVERRIDES}
    idOf={({ entitlementId, seq }) => `${entitlementId}/${seq}`}
    empty="Nobody used an override in the last 7 days. Each one appears here with who did it and why."
    all={{ to: '/reports/overrides', label: 'Report on overrides' }}
  />
);

/** What the last attempt said, or why the delivery was given up. */
function troubleOf({ attempts, reason, status }: Delivery): string {
  const last = attempts.at(-1);
  if (reason !== null) return reason;
  if (last?.error != null) return last.error;
  return last?.statusCode == null ? status : `The receiver answered ${last.statusCode}.`;
}

const deliveryColumns = (mayChange: boolean): readonly Column<Delivery>[] => [
  { id: 'target', header: 'To', cell: ({ target }) => <Name>{target}</Name> },
  {
    id: 'about',
    header: 'About',
    from: 'sm',
    cell: ({ type, subject, recordId }) => <Name>{type ?? subject ?? recordId ?? ''}</Name>,
  },
  { id: 'trouble', header: 'What happened', from: 'md', cell: (row) => <Name>{troubleOf(row)}</Name> },
  {
    id: 'next',
    header: 'Next attempt',
    cell: ({ nextAttemptAt }) => (
      <OnOneLine>{nextAttemptAt === null ? 'given up' : fromNowText(nextAttemptAt)}</OnOneLine>
    ),
  },
  {
    id: 'action',
    header: 'Next',
    cell: ({ id, target }) => (
      <NextAction
        to={`/administration/deliveries/${encodeURIComponent(id)}${mayChange ? '?dialog=redeliver' : ''}`}
        does={mayChange ? 'Deliver again' : 'Open'}
        about={target}
      />
    ),
  },
];

/** Deliveries that were given up or are tried again, the newest first. */
export function FailingDeliveries({ list }: { readonly list: Shapes['FailingDeliveries'] }) {
  const mayChange = useMay('changeWebhooks');
  return (
    <WorkList
      title="Deliveries that fail"
      list={list}
      columns={deliveryColumns(mayChange)}
      idOf={({ id }) => id}
      empty="All webhooks and mails of the last 30 days got through. One that fails appears here until it does."
      all={{ to: '/administration/deliveries?status=failed', label: 'All that failed' }}
    />
  );
}
