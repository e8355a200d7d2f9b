import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FactList } from '../ui/fact-list.tsx';
import { dayText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import type { RenewalRecord } from './record.ts';
import { leftText, type Renewal, stageText } from './words.ts';

/** A name with its id in small letters, linked; the id alone if the reader may not read the record. */
export function Named({
  to,
  name,
  id,
}: {
  readonly to: string;
  readonly name: string | undefined;
  readonly id: string;
}) {
  if (name === undefined) return <Name>{id}</Name>;
  return (
    <>
      <Anchor component={Link} to={to}>
        <Name>{name}</Name>
      </Anchor>{' '}
      <Text span size="sm" c="dimmed">
        <bdi>{id}</bdi>
      </Text>
    </>
  );
}

function managerText({ accountManager, escalatedTo, isOver }: Renewal): ReactNode {
  if (accountManager !== null)
    return (
      <>
        <Name>{accountManager.name}</Name>{' '}
        <Text span size="sm" c="dimmed">
          <bdi>{accountManager.email}</bdi>
        </Text>
      </>
    );
  if (escalatedTo.length > 0) return `nobody; ${escalatedTo.join(', ')} got the mails instead`;
  return isOver
    ? 'nobody'
    : 'nobody, so no mail was sent: an administrator or a CSR manager can decide. Name one in the customer or in the renewal policy';
}

/** What ends and when, and who decides. */
export function RenewalFacts({ record }: { readonly record: RenewalRecord }) {
  const { renewal, customer, entitlement, zone, today } = record;
  const { customerId, entitlementId, endDate, decideBy, isOver, accountManager, escalatedTo } = renewal;
  return (
    <FactList
      facts={[
        [
          'Customer',
          <Named key="c" to={`/customers/${encodeURIComponent(customerId)}`} name={customer?.name} id={customerId} />,
        ],
        [
          'Entitlement',
          <Named
            key="e"
            to={`/entitlements/${encodeURIComponent(entitlementId)}`}
            name={entitlement?.name}
            id={entitlementId}
          />,
        ],
        ['Last day', `${dayText(endDate)}, until midnight in ${zone}`],
        ...(isOver ? [] : [['Days left', leftText(endDate, today)] as const]),
        ...(decideBy === null ? [] : [['Decide by', dayText(decideBy)] as const]),
        ['Stage', stageText(renewal, zone)],
        ['Account manager', managerText(renewal)],
        ...(accountManager !== null && escalatedTo.length > 0
          ? [['Escalated to', escalatedTo.join(', ')] as const]
          : []),
        ...(renewal.decidedBy === null ? [] : [['Decided by', <Name key="d">{renewal.decidedBy}</Name>] as const]),
        ...(renewal.reason === null
          ? []
          : [
              [
                'Reason',
                <Name key="r" lineClamp={10}>
                  {renewal.reason}
                </Name>,
              ] as const,
            ]),
      ]}
    />
  );
}
