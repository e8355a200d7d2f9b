import { Stack, Text } from '@mantine/core';
import type { Shapes } from '../data/api.ts';
import { ClockStatusBadge, clockTargetText } from '../ui/clock-status.tsx';
import { DueTime } from '../ui/due-time.tsx';
import { Fact } from '../ui/fact.tsx';
import { instantText, minutesText } from '../ui/format.ts';

type Case = Shapes['CaseWithDecision'];
type Clock = Shapes['Clock'];

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
  const counts = metAt === null && status !== 'paused' && status !== 'canceled';
  return (
    <Fact name={clockTargetText(target)}>
      <Stack gap={2} align="flex-start">
        <ClockStatusBadge status={status} />
        {metAt === null ? <DueTime at={dueAt} counts={counts} /> : <Text>{`given ${instantText(metAt)}`}</Text>}
        <Text c="dimmed" size="sm">
          {`${minutesText(usedMinutes)} of ${minutesText(promisedMinutes)} used`}
          {pausedMinutes > 0 && `, ${minutesText(pausedMinutes)} paused`}
        </Text>
      </Stack>
    </Fact>
  );
}
