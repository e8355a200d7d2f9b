import { NumberInput, Text } from '@mantine/core';
import { useState } from 'react';
import { fieldsOf } from '../data/api-problem.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import {
  type CaseDialogProps,
  cancelCase,
  patchCase,
  reactivateCase,
  resolveCase,
  useCaseChange,
  useWhenOpened,
} from './change-case.ts';

const LONGEST_MINUTES = 5_256_000;

/** A number of whole minutes, empty for none. */
export function MinutesInput({ value, onChange, error }: MinutesInputProps) {
  return (
    <NumberInput
      label="Time spent, in minutes"
      value={value}
      onChange={onChange}
      min={0}
      max={LONGEST_MINUTES}
      allowDecimal={false}
      allowNegative={false}
      error={fieldsOf(error).find(({ field }) => field === 'minutes')?.message}
      data-autofocus
    />
  );
}

interface MinutesInputProps {
  readonly value: number | string;
  readonly onChange: (value: number | string) => void;
  readonly error: unknown;
}

/** Resolves the case with the time that was spent on it. */
export function ResolveDialog(props: CaseDialogProps) {
  const { opened, onClose, supportCase } = props;
  const { send, isPending, error } = useCaseChange(props, 'The case is resolved.', resolveCase);
  const [minutes, setMinutes] = useState<number | string>(supportCase.minutes);
  useWhenOpened(opened, () => setMinutes(supportCase.minutes));
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title="Resolve the case"
      confirm="Resolve"
      isPending={isPending}
      error={error}
      onConfirm={() => send(typeof minutes === 'number' ? { minutes } : {})}
    >
      <MinutesInput value={minutes} onChange={setMinutes} error={error} />
      <Text c="dimmed" size="sm">
        An entitlement that counts on resolution takes the case now. A resolve is never refused: what is missing is
        recorded as overage.
      </Text>
    </ActionDialog>
  );
}

/** Cancels the case. */
export function CancelDialog(props: CaseDialogProps) {
  const { opened, onClose } = props;
  const { send, isPending, error } = useCaseChange(props, 'The case is canceled.', cancelCase);
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title="Cancel the case"
      confirm="Cancel the case"
      danger
      isPending={isPending}
      error={error}
      onConfirm={() => send({})}
    >
      <Text>What the case has taken goes back to its entitlement.</Text>
    </ActionDialog>
  );
}

/** Reactivates a case that was resolved or canceled. */
export function ReactivateDialog(props: CaseDialogProps) {
  const { opened, onClose, supportCase } = props;
  const { send, isPending, error } = useCaseChange(props, 'The case is active again.', reactivateCase);
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title="Reactivate the case"
      confirm="Reactivate"
      isPending={isPending}
      error={error}
      onConfirm={() => send({})}
    >
      <Text>
        {supportCase.status === 'canceled'
          ? 'An entitlement that counts on creation takes the case again.'
          : 'What an entitlement took on resolution comes back until the case is resolved again.'}
      </Text>
    </ActionDialog>
  );
}

/** Takes the case off its entitlement. */
export function TakeOffDialog(props: CaseDialogProps) {
  const { opened, onClose } = props;
  const { send, isPending, error } = useCaseChange(props, 'The case has no entitlement now.', patchCase);
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title="Take the case off its entitlement"
      confirm="Take it off"
      danger
      isPending={isPending}
      error={error}
      onConfirm={() => send({ entitlementId: null })}
    >
      <Text>The case goes on without an entitlement and its service level. What it has taken goes back.</Text>
    </ActionDialog>
  );
}
