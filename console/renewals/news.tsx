import { Alert, Text } from '@mantine/core';
import { IconCheck, IconUsers } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { dayText } from '../ui/format.ts';
import type { RenewalRecord } from './record.ts';

/** What has just happened: the person's own decision, or somebody else's that came before it. */
export interface NewsText {
  readonly kind: 'done' | 'changed';
  readonly text: string;
}

/** Says what has just happened, and takes the focus, because the button that was pressed may be gone. */
export function News({ kind, text }: NewsText) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each piece of news takes the focus once.
  useEffect(() => box.current?.focus(), [text]);
  const isDone = kind === 'done';
  return (
    <Alert
      ref={box}
      tabIndex={-1}
      role="status"
      variant="light"
      color={isDone ? 'pine' : 'yellow'}
      icon={isDone ? <IconCheck aria-hidden /> : <IconUsers aria-hidden />}
      title={isDone ? 'Done' : 'Changed by somebody else'}
    >
      {text}
    </Alert>
  );
}

interface StandingProps {
  readonly record: RenewalRecord;
  readonly mayDecide: boolean;
}

/** What the reader should know before deciding. */
export function Standing({ record: { renewal, entitlement }, mayDecide }: StandingProps) {
  const { stage, isOver, decideBy } = renewal;
  if (isOver || !mayDecide) return null;
  return (
    <>
      {stage === 'lapsed' && decideBy !== null && (
        <Text>
          Nobody decided before the end. You can still accept or decline it until {dayText(decideBy)}. If you accept,
          the successor starts at once. You can no longer snooze it.
        </Text>
      )}
      {entitlement?.status === 'draft' && (
        <Text>The entitlement is a draft at the moment. Activate it before you accept its renewal.</Text>
      )}
    </>
  );
}
