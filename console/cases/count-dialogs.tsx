import { Text } from '@mantine/core';
import { useState } from 'react';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { ReasonInput, reasonIn } from '../ui/reason-input.tsx';
import { type CaseDialogProps, decrementCase, patchCase, useCaseChange, useWhenOpened } from './change-case.ts';

/** What is said of a reason here. */
const RECORDED = 'Optional. It is recorded with your name.';

/** Lets the case take nothing, or count again. */
export function CountDialog(props: CaseDialogProps) {
  const { opened, onClose, supportCase } = props;
  const counts = supportCase.decrementEntitlementTerm;
  const done = counts ? 'The case takes nothing now.' : 'The case counts again.';
  const { send, isPending, error } = useCaseChange(props, done, patchCase);
  const [reason, setReason] = useState('');
  useWhenOpened(opened, () => setReason(''));
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title={counts ? 'Let the case take nothing' : 'Let the case count again'}
      confirm={counts ? 'Let it take nothing' : 'Let it count'}
      isPending={isPending}
      error={error}
      onConfirm={() => send({ decrementEntitlementTerm: !counts, ...reasonIn(reason) })}
    >
      <Text>
        {counts
          ? 'The case stays on its entitlement and takes nothing from it. What it has taken goes back.'
          : 'An entitlement that counts on resolution takes the case when it is resolved. One that counts on creation takes it only when you count it now.'}
      </Text>
      <ReasonInput value={reason} onChange={setReason} description={RECORDED} />
    </ActionDialog>
  );
}

/** Lets an entitlement that counts on creation take a case that was set to take nothing before. */
export function DecrementDialog(props: CaseDialogProps) {
  const { opened, onClose } = props;
  const { send, isPending, error } = useCaseChange(props, 'The entitlement has taken the case.', decrementCase);
  const [reason, setReason] = useState('');
  useWhenOpened(opened, () => setReason(''));
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title="Count the case now"
      confirm="Count it"
      isPending={isPending}
      error={error}
      onConfirm={() => send(reasonIn(reason))}
    >
      <Text>The entitlement takes the case now, if it has not taken it already.</Text>
      <ReasonInput value={reason} onChange={setReason} description={RECORDED} />
    </ActionDialog>
  );
}
