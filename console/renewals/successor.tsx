import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { totalText } from '../terms/terms-words.ts';
import { FactList } from '../ui/fact-list.tsx';
import { dayText } from '../ui/format.ts';
import { Section } from '../ui/section.tsx';
import { Named } from './facts.tsx';
import type { RenewalRecord } from './record.ts';
import { knownZone, zonedText } from './words.ts';

const STATUS_WORDS: Readonly<Record<string, string>> = {
  draft: 'a draft: somebody must activate it',
  waiting: 'waiting for its first day',
};

/** The successor that was accepted; nothing before that. */
export function Successor({ record: { renewal, successor, nextRenewalId } }: { readonly record: RenewalRecord }) {
  const { successorId, successorEnded } = renewal;
  if (successorId === null) return null;
  return (
    <Section title="Successor">
      {successorEnded || successor === null ? (
        <Text>
          <bdi>{successorId}</bdi>
          {successorEnded ? ', which was deleted or canceled before its start' : ', which you may not read'}
        </Text>
      ) : (
        <FactList
          facts={[
            [
              'Entitlement',
              <Named
                key="e"
                to={`/entitlements/${encodeURIComponent(successor.id)}`}
                name={successor.name}
                id={successor.id}
              />,
            ],
            ['Terms', totalText(successor)],
            ['Dates', `${dayText(successor.startDate)} to ${dayText(successor.endDate)}`],
            ...(successor.startsAt === null
              ? []
              : [['Starts', zonedText(successor.startsAt, knownZone(successor.timeZone))] as const]),
            ['Status', STATUS_WORDS[successor.status] ?? successor.status],
            ...(nextRenewalId === null
              ? []
              : [
                  [
                    'Its own renewal',
                    <Anchor key="n" component={Link} to={`/renewals/${encodeURIComponent(nextRenewalId)}`}>
                      Open
                    </Anchor>,
                  ] as const,
                ]),
          ]}
        />
      )}
    </Section>
  );
}
