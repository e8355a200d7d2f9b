import { Button, Stack, Text } from '@mantine/core';
import { useId } from 'react';
import { DECISION_WORDS, DECISIONS, type Decision, whyNot } from './decisions.ts';
import type { RenewalRecord } from './record.ts';

interface DecisionButtonsProps {
  readonly record: RenewalRecord;
  readonly onChoose: (decision: Decision) => void;
}

const LOOKS: Readonly<Record<Decision, { readonly variant: string; readonly color?: string }>> = {
  accept: { variant: 'filled' },
  change: { variant: 'light' },
  snooze: { variant: 'default' },
  decline: { variant: 'default' },
};

/** The decisions. One that is not possible now is there, but does nothing, and says why. */
export const DecisionButtons = ({ record, onChoose }: DecisionButtonsProps) =>
  DECISIONS.map((decision) => <DecisionButton key={decision} {...{ decision, record, onChoose }} />);

function DecisionButton({ decision, record, onChoose }: DecisionButtonsProps & { readonly decision: Decision }) {
  const reason = whyNot(decision, record);
  const id = useId();
  const button = (
    <Button
      {...LOOKS[decision]}
      // Not `disabled`: the keyboard must reach the button, and with it the reason.
      {...(reason === undefined ? {} : { 'data-disabled': true, 'aria-disabled': true, 'aria-describedby': id })}
      onClick={() => {
        if (reason === undefined) onChoose(decision);
      }}
    >
      {DECISION_WORDS[decision]}
    </Button>
  );
  if (reason === undefined) return button;
  return (
    <Stack gap={2} maw={220}>
      {button}
      <Text id={id} size="xs" c="dimmed">
        {reason}
      </Text>
    </Stack>
  );
}
