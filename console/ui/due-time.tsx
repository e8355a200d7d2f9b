import { Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useState } from 'react';
import { instantText, minutesText, OWN_ZONE } from './format.ts';

const MS_PER_MINUTE = 60_000;
const TICK_MS = 15_000;
/** From here on a due time is shown as urgent. */
const SOON_MINUTES = 30;

/** A shade of the colour that can be read as text, in light and in dark. */
const inText = (color: 'red' | 'orange') =>
  `light-dark(var(--mantine-color-${color}-9), var(--mantine-color-${color}-4))`;

/** Minutes until the instant, with fractions; negative once it has passed. It counts down by itself. */
function useMinutesUntil(instant: string): number {
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), TICK_MS, { autoInvoke: true });
  return (new Date(instant).getTime() - now) / MS_PER_MINUTE;
}

interface DueTimeProps {
  /** RFC 3339; null: nothing is promised. */
  readonly at: string | null;
  /** False for a case that is done: the time is shown without counting. */
  readonly counts?: boolean;
}

/** When something is due, and how long that is from now. */
export function DueTime({ at, counts = true }: DueTimeProps) {
  if (at === null) return <Text c="dimmed">not promised</Text>;
  const when = `${instantText(at)} (${OWN_ZONE})`;
  return counts ? <Counting at={at} when={when} /> : <Text>{when}</Text>;
}

function Counting({ at, when }: { readonly at: string; readonly when: string }) {
  const minutes = useMinutesUntil(at);
  const isLate = minutes < 0;
  const words = `${isLate ? 'overdue by' : 'due in'} ${minutesText(Math.floor(Math.abs(minutes)))}`;
  return (
    <div>
      <Text span fw={600} c={isLate ? inText('red') : minutes < SOON_MINUTES ? inText('orange') : undefined}>
        {words}
      </Text>
      <Text c="dimmed" size="sm">
        {when}
      </Text>
    </div>
  );
}
