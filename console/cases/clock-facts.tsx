import { Badge, Stack, Text } from '@mantine/core';
import type { Shapes } from '../data/api.ts';
import { DueTime } from '../ui/due-time.tsx';
import { Fact } from '../ui/fact.tsx';
import { instantText, minutesText } from '../ui/format.ts';

type Case = Shapes['CaseWithDecision'];
type Clock = Shapes['Clock'];

const NAMES: Readonly<Record<Clock['target'], string>> = { first_response: 'First response', resolution: 'Resolution' };

const LOOKS: Readonly<Record<Clock['status'], { readonly words: string; readonly color: string }>> = {
  in_progress: { words: 'in progress', color: 'blue' },
  nearing: { words: 'nearing its due time', color: 'orange' },
  breached: { words: 'breached', color: 'red' },
  paused: { words: 'paused', color: 'gray' },
  met: { words: 'met', color: 'pine' },
  canceled: { words: 'canceled', color: 'gray' },
};

/**
 * What is due of a case: its clocks, which know its pauses. A case without clocks, such as one of an earlier version,
 * has what was promised when it attached.
 */
export function ClockFacts({ supportCase }: { readonly supportCase: Case }) {
  const { firstResponseDueAt, resolutionDueAt, status } = supportCase;
  const clocks = supportCase.clocks.filter(({ isCurrent }) => isCurrent);
  if (clocks.length > 0) return clocks.map((clock) => <ClockFact key={clock.target} clock={clock} />);
  const counts = status === 'active';
  return (
    <>
      <Fact name="First response">
        <DueTime at={firstResponseDueAt} counts={counts} />
      </Fact>
      <Fact name="Resolution">
        <DueTime at={resolutionDueAt} counts={counts} />
      </Fact>
    </>
  );
}

/** A service-level clock of a case: how it stands, when it is due, and what it has used. */
function ClockFact({ clock }: { readonly clock: Clock }) {
  const { target, status, dueAt, metAt, usedMinutes, promisedMinutes, pausedMinutes } = clock;
  const { words, color } = LOOKS[status];
  const counts = metAt === null && status !== 'paused' && status !== 'canceled';
  return (
    <Fact name={NAMES[target]}>
      <Stack gap={2} align="flex-start">
        <Badge variant="light" color={color} size="sm" tt="none" autoContrast>
          {words}
        </Badge>
        {metAt === null ? <DueTime at={dueAt} counts={counts} /> : <Text>{`given ${instantText(metAt)}`}</Text>}
        <Text c="dimmed" size="sm">
          {`${minutesText(usedMinutes)} of ${minutesText(promisedMinutes)} used`}
          {pausedMinutes > 0 && `, ${minutesText(pausedMinutes)} paused`}
        </Text>
      </Stack>
    </Fact>
  );
}
