import { Badge } from '@mantine/core';
import type { Shapes } from '../data/api.ts';

type Status = Shapes['ClockStatus'];
type Target = Shapes['Clock']['target'];

const TARGETS: Readonly<Record<Target, string>> = { first_response: 'First response', resolution: 'Resolution' };

/** What a service-level clock measures. */
export const clockTargetText = (target: Target): string => TARGETS[target];

const LOOKS: Readonly<Record<Status, { readonly words: string; readonly color: string }>> = {
  in_progress: { words: 'in progress', color: 'blue' },
  nearing: { words: 'nearing its due time', color: 'orange' },
  breached: { words: 'breached', color: 'red' },
  paused: { words: 'paused', color: 'gray' },
  met: { words: 'met', color: 'pine' },
  canceled: { words: 'canceled', color: 'gray' },
};

/** How a service-level clock stands: words and a colour, never a colour alone. */
export function ClockStatusBadge({ status }: { readonly status: Status }) {
  const { words, color } = LOOKS[status];
  return (
    <Badge variant="light" color={color} size="sm" tt="none" autoContrast>
      {words}
    </Badge>
  );
}
