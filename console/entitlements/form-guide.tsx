import { Alert, List, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { LONGEST_REASON } from '../data/limits.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import type { Failure } from './form-saving.ts';
import type { Step } from './form-steps.ts';
import type { Entitlement } from './form-values.ts';

const cases = (count: number): string =>
  count === 1 ? 'The case that is open under it' : `The ${count} cases that are open under it`;

/** What happens while an active or waiting entitlement is changed. */
export const Meanwhile = ({ record }: { readonly record: Entitlement }) => (
  <List spacing={4}>
    <List.Item>No new case attaches until it is active again.</List.Item>
    <List.Item>
      {record.openCases === 0
        ? 'No case is open under it. '
        : `${cases(record.openCases)} can still be resolved, canceled and reactivated, and still count. `}
      What was used stays used: with a new total, remaining is the new total minus what is used.
    </List.Item>
    <List.Item>
      A renewal that is under way follows the new dates, or ends if they no longer ask for it. Nobody is sent a stale
      notice.
    </List.Item>
    {record.isDefault && (
      <List.Item>
        It is the customer&apos;s default. A draft is nobody&apos;s default; it becomes it again at the end.
      </List.Item>
    )}
  </List>
);

interface GuideDialogProps {
  readonly record: Entitlement;
  readonly opened: boolean;
  readonly step: Step | null;
  readonly onClose: () => void;
  readonly onConfirm: (reason: string) => void;
}

const STEPS: readonly { readonly step: Step; readonly words: string }[] = [
  { step: 'deactivate', words: 'Deactivate: it becomes a draft.' },
  { step: 'save', words: 'Save your changes.' },
  { step: 'activate', words: 'Activate it again.' },
  { step: 'default', words: "Make it the customer's default again." },
];

/** Asks before the three steps, and shows how far they are. */
export function GuideDialog({ record, opened, step, onClose, onConfirm }: GuideDialogProps) {
  const [reason, setReason] = useState('');
  const shown = STEPS.filter((each) => each.step !== 'default' || record.isDefault);
  const at = shown.findIndex((each) => each.step === step);
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title={`Change it while it is ${record.status}`}
      confirm="Deactivate, save and activate"
      isPending={step !== null}
      error={null}
      onConfirm={() => onConfirm(reason.trim())}
    >
      <Text>Allot does these steps, one after the other:</Text>
      <List type="ordered">
        {shown.map((each, index) => (
          <List.Item key={each.step} fw={each.step === step ? 600 : undefined}>
            {each.words} {at > index && '(done)'}
            {at === index && '(under way)'}
          </List.Item>
        ))}
      </List>
      <Meanwhile record={record} />
      <Text>If a step is refused, your changes stay here, and this page says how to go on.</Text>
      <Textarea
        label="Reason"
        description="Stands in the history; may be empty"
        maxLength={LONGEST_REASON}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
    </ActionDialog>
  );
}

/** In which state a failed step left the entitlement, and how to go on. */
export function stateWords({ step, record }: Failure): string {
  if (record === null) return 'Nothing that you typed is lost. Correct it, or try again.';
  switch (step) {
    case 'read':
      return `It is ${record.status}. Look at it and save again.`;
    case 'deactivate':
      return `It is ${record.status} as before, and nothing was changed. Your changes are still here: try again.`;
    case 'save':
      return `It is a ${record.status} now and does not have your changes, which are still here. No new case attaches to it. Correct them and go on, or activate it without them.`;
    case 'activate':
      return `Your changes are saved, and it is a ${record.status}: no new case attaches to it. Correct what is wrong, or try to activate it again.`;
    case 'default':
      return `Your changes are saved and it is ${record.status}, but it is not the customer's default any more. Set that on its page.`;
  }
}

/** The entitlement was deactivated to be edited, and is not active again yet. */
export const GuidedNote = () => (
  <Alert color="yellow" variant="light" title="You deactivated this entitlement to change it">
    <Stack gap={4}>
      <Text>It is a draft now: no new case attaches to it until it is activated again.</Text>
      <Text>Save and activate it, or activate it again without your changes.</Text>
    </Stack>
  </Alert>
);
