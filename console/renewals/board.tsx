import { Anchor, Box, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { $api } from '../data/api.ts';
import { dayText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Loading } from '../ui/states.tsx';
import { decideByText, RenewalLink, type RenewalRow, WhoDecides } from './list.tsx';
import { filterOf, type Open } from './list-choices.ts';
import { STAGE_WORDS, type Stage } from './words.ts';

/** Cards of one stage; the list has the rest. */
const SHOWN = 12;

interface RenewalsBoardProps {
  readonly open: Open;
  readonly customer: string | undefined;
  readonly stages: readonly Stage[];
}

/** The renewals by stage, a column each. */
export const RenewalsBoard = ({ open, customer, stages }: RenewalsBoardProps) => (
  <SimpleGrid cols={{ base: 1, sm: Math.min(2, stages.length), lg: Math.min(3, stages.length) }} spacing="md">
    {stages.map((stage) => (
      <StageColumn key={stage} {...{ open, customer, stage }} />
    ))}
  </SimpleGrid>
);

interface StageColumnProps {
  readonly open: Open;
  readonly customer: string | undefined;
  readonly stage: Stage;
}

function StageColumn({ open, customer, stage }: StageColumnProps) {
  const heading = useId();
  // What is to be decided comes with the most urgent first; what is over, with the newest first.
  const sort = stage === 'open' || stage === 'snoozed' || open === 'true' ? 'endDate' : '-endDate';
  const query = { ...filterOf(open, customer), stage, sort, limit: SHOWN } as const;
  const list = $api.useQuery('get', '/v1/reports/renewals', { params: { query } });
  const more = { view: undefined, open: open === 'true' ? undefined : open, stage, customer };
  return (
    <Box component="section" aria-labelledby={heading} miw={0}>
      <Stack gap="sm">
        <Title order={2} id={heading}>
          {STAGE_WORDS[stage]}
        </Title>
        <QueryView query={list} loading={<Loading rows={3} />}>
          {({ items, nextCursor }) => (
            <>
              {items.length === 0 && <Text c="dimmed">None</Text>}
              {items.map((row) => (
                <RenewalCard key={row.id} row={row} />
              ))}
              {nextCursor !== null && (
                <Anchor renderRoot={(props) => <Link {...props} to="/renewals" search={more} />}>
                  Show all {STAGE_WORDS[stage].toLowerCase()} renewals in the list
                </Anchor>
              )}
            </>
          )}
        </QueryView>
      </Stack>
    </Box>
  );
}

const RenewalCard = ({ row }: { readonly row: RenewalRow }) => (
  <Paper component="article" withBorder p="sm">
    <Stack gap={4}>
      <Text fw={600} component="div">
        <RenewalLink {...row} />
      </Text>
      <Text component="div" c="dimmed">
        <Name>{row.customerName ?? row.customerId}</Name>
      </Text>
      <Text component="div">
        <Name>{row.proposal}</Name>
      </Text>
      <Group gap="md" c="dimmed" fz="sm">
        {row.decideBy === null ? (
          <span>Last day {dayText(row.endDate)}</span>
        ) : (
          <span>Decide by {decideByText(row)}</span>
        )}
        <span>
          <WhoDecides {...row} />
        </span>
      </Group>
    </Stack>
  </Paper>
);
