import { Text } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../data/api.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { ReasonInput, reasonIn } from '../../ui/reason-input.tsx';
import { useSend } from '../../ui/use-send.ts';

interface RedeliverDialogProps {
  readonly id: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Sends a delivery again. */
export function RedeliverDialog({ id, opened, onClose }: RedeliverDialogProps) {
  const [reason, setReason] = useState('');
  const { send, isPending, error, reset } = useSend(
    async (body: { readonly reason?: string }, key) => {
      await api.POST('/v1/deliveries/{id}/redeliver', {
        params: { path: { id }, header: { 'Idempotency-Key': key } },
        body,
      });
    },
    {
      onDone: () => {
        setReason('');
        onClose();
      },
    },
  );
  const close = () => {
    reset();
    onClose();
  };
  return (
    <ActionDialog
      opened={opened}
      onClose={close}
      title="Send the delivery again"
      confirm="Send it again"
      isPending={isPending}
      error={error}
      onConfirm={() => send(reasonIn(reason))}
    >
      <Text>
        It is sent at once, and if that fails by the usual schedule. It keeps its id, so a receiver that already handled
        it can skip it.
      </Text>
      <ReasonInput value={reason} onChange={setReason} />
    </ActionDialog>
  );
}
