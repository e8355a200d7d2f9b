import { Anchor, Badge, Button, Group, SimpleGrid, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ContactName, CustomerLink, ProductName, SlaName } from '../pickers/record-names.tsx';
import { dayText, fromNowText, instantText, termText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import styles from './record.module.css';
import { overageWords, priceWords } from './record-amended-words.ts';
import type { Entitlement } from './record-commands-allowed.ts';
import { Pauses } from './record-pause.tsx';
import { FactList, RecordSection } from './record-section.tsx';

/** Products or contacts that are shown before the person asks for all of them. */
const SHOWN_FIRST = 8;

/** What the record says: information, terms, and what it covers. */
export const RecordFacts = ({ entitlement }: { readonly entitlement: Entitlement }) => (
  <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
    <Information entitlement={entitlement} />
    <Terms entitlement={entitlement} />
    <Channels entitlement={entitlement} />
    <Named title="Products" ids={entitlement.productIds} all="All products are covered.">
      {(id) => <ProductName id={id} />}
    </Named>
    <Named title="Contacts" ids={entitlement.contactIds} all="All contacts of the customer are covered.">
      {(id) => <ContactName id={id} />}
    </Named>
    {entitlement.topUps.length > 0 && <TopUps entitlement={entitlement} />}
    <Pauses entitlement={entitlement} />
  </SimpleGrid>
);

interface OfEntitlement {
  readonly entitlement: Entitlement;
}

const named = (text: string | null) => (text === null ? null : <Name>{text}</Name>);

const Information = ({ entitlement }: OfEntitlement) => (
  <RecordSection title="Information">
    <FactList
      facts={[
        { label: 'Description', value: named(entitlement.description) },
        { label: 'Owner', value: named(entitlement.owner) },
        { label: 'Tier', value: named(entitlement.tier) },
        { label: 'Template', value: named(entitlement.templateId) },
        { label: 'Service level', value: entitlement.slaId === null ? null : <SlaName id={entitlement.slaId} /> },
        { label: 'Priority in matching', value: entitlement.priority },
        {
          label: 'Id',
          value: (
            <Text span ff="monospace">
              {entitlement.id}
            </Text>
          ),
        },
        { label: 'Made', value: when(entitlement.createdAt, entitlement) },
        { label: 'Changed last', value: `${when(entitlement.updatedAt, entitlement)}, version ${entitlement.version}` },
      ]}
    />
  </RecordSection>
);

const when = (instant: string | null, { timeZone }: Entitlement): string =>
  instant === null ? 'never' : instantText(instant, timeZone);

const graceWords = ({ graceDays, graceEndsAt, timeZone }: Entitlement): string =>
  `${graceDays} days after the end${graceEndsAt === null ? '' : `, until ${instantText(graceEndsAt, timeZone)}`}`;

function Terms({ entitlement }: OfEntitlement) {
  const { allocationType, totalTerm, remainingTerm, heldTerm, boughtTerm, period, rolloverCap, timeZone } = entitlement;
  const term = (amount: number | null) => termText(amount, allocationType);
  const current = entitlement.currentPeriod;
  const counts = entitlement.decreaseRemainingOn === 'creation' ? 'when it attaches' : 'when it is resolved';
  return (
    <RecordSection title="Terms">
      <FactList
        facts={[
          { label: 'Total', value: `${term(totalTerm)}${period === null ? '' : ` each ${period}`}` },
          { label: 'Remaining', value: <strong>{term(remainingTerm)}</strong> },
          ...(heldTerm === 0 ? [] : [{ label: 'Reserved for open cases', value: term(heldTerm) }]),
          ...(boughtTerm === 0 ? [] : [{ label: 'Bought past the granted term', value: term(boughtTerm) }]),
          ...(current?.startsAt == null || current.endsAt === null
            ? []
            : [
                {
                  label: 'Current period',
                  value: `${instantText(current.startsAt, timeZone)} to ${instantText(current.endsAt, timeZone)}`,
                },
              ]),
          ...(period === null ? [] : [{ label: 'Rolls over, at most', value: term(rolloverCap) }]),
          { label: 'A case counts', value: entitlement.hold ? `${counts}; its term is reserved before` : counts },
          { label: 'Past the term', value: overageWords(entitlement) },
          ...(entitlement.price === null ? [] : [{ label: 'Price', value: priceWords(entitlement.price) }]),
          ...(entitlement.graceDays === 0 ? [] : [{ label: 'Grace', value: graceWords(entitlement) }]),
          { label: 'Open cases', value: entitlement.openCases },
        ]}
      />
    </RecordSection>
  );
}

const Channels = ({ entitlement: { channels, allocationType } }: OfEntitlement) => (
  <RecordSection title="Channels">
    {channels.length === 0 ? (
      <Text c="dimmed">Every channel is covered.</Text>
    ) : (
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Channel</Table.Th>
            <Table.Th ta="end">Total</Table.Th>
            <Table.Th ta="end">Remaining</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {channels.map(({ channel, totalTerm, remainingTerm }) => (
            <Table.Tr key={channel}>
              <Table.Td>{channel}</Table.Td>
              <Table.Td ta="end">{termText(totalTerm, allocationType)}</Table.Td>
              <Table.Td ta="end">{termText(remainingTerm, allocationType)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    )}
  </RecordSection>
);

const TopUps = ({ entitlement: { topUps, allocationType } }: OfEntitlement) => (
  <RecordSection title="Top-ups">
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Counts</Table.Th>
          <Table.Th ta="end">Added</Table.Th>
          <Table.Th ta="end">Left</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {topUps.map(({ amount, left, startsOn, expiresOn }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: top-ups have no id, and the list is only shown
          <Table.Tr key={index}>
            <Table.Td>
              {startsOn === null ? 'now' : `from ${dayText(startsOn)}`}
              {expiresOn === null ? ', as long as the entitlement' : ` until ${dayText(expiresOn)}`}
            </Table.Td>
            <Table.Td ta="end">{termText(amount, allocationType)}</Table.Td>
            <Table.Td ta="end">{startsOn === null ? termText(left, allocationType) : 'not yet'}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </RecordSection>
);

interface NamedProps {
  readonly title: string;
  readonly ids: readonly string[];
  /** What it says if none is named. */
  readonly all: string;
  readonly children: (id: string) => ReactNode;
}

function Named({ title, ids, all, children }: NamedProps) {
  const [opened, { open }] = useDisclosure(false);
  const shown = opened ? ids : ids.slice(0, SHOWN_FIRST);
  return (
    <RecordSection title={title}>
      {ids.length === 0 ? (
        <Text c="dimmed">{all}</Text>
      ) : (
        <>
          <ul className={styles.plainList}>
            {shown.map((id) => (
              <li key={id}>{children(id)}</li>
            ))}
          </ul>
          {shown.length < ids.length && (
            <Button variant="subtle" size="xs" onClick={open} style={{ alignSelf: 'flex-start' }}>
              Show all {ids.length}
            </Button>
          )}
        </>
      )}
    </RecordSection>
  );
}

/** Whose it is, when it covers in its own zone, and what it follows and is followed by. */
export function RecordSubtitle({ entitlement }: OfEntitlement) {
  const { customerId, startDate, endDate, timeZone, renewsId, renewedById } = entitlement;
  const ends = nextChangeWords(entitlement);
  return (
    <Group gap="xs">
      <CustomerLink id={customerId} />
      <span>
        {dayText(startDate)} to {dayText(endDate)} ({timeZone})
      </span>
      {ends !== null && <span>{ends}</span>}
      {renewsId !== null && <Related id={renewsId}>renews another</Related>}
      {renewedById !== null && <Related id={renewedById}>has a successor</Related>}
    </Group>
  );
}

/** When it starts, ends or ended, from now on. */
function nextChangeWords({ status, startsAt, endsAt }: Entitlement): string | null {
  if (status === 'waiting' && startsAt !== null) return `starts ${fromNowText(startsAt)}`;
  if (status === 'active' && endsAt !== null) return `ends ${fromNowText(endsAt)}`;
  return status === 'expired' && endsAt !== null ? `ended ${fromNowText(endsAt)}` : null;
}

const Related = ({ id, children }: { readonly id: string; readonly children: string }) => (
  <Anchor component={Link} to={`/entitlements/${id}`}>
    {children}
  </Anchor>
);

/** What stands beside the status: that it is paused, the default, or renewed. */
export const RecordBadges = ({ entitlement: { isDefault, renewed, pausedSince, timeZone } }: OfEntitlement) => (
  <>
    {pausedSince !== null && (
      <Badge variant="light" color="orange" size="sm" tt="none" autoContrast>
        paused since {instantText(pausedSince, timeZone)}
      </Badge>
    )}
    {isDefault && (
      <Badge variant="outline" size="sm" tt="none">
        default
      </Badge>
    )}
    {renewed && (
      <Badge variant="outline" color="gray" size="sm" tt="none">
        renewed
      </Badge>
    )}
  </>
);
