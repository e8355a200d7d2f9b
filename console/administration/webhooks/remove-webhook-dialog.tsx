import { Text } from '@mantine/core';
import { useState } from 'react';
import { api, type Shapes } from '../../data/api.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { Name } from '../../ui/name.tsx';
import { ReasonInput, reasonIn } from '../../ui/reason-input.tsx';
import { useSend } from '../../ui/use-send.ts';

interface RemoveWebhookDialogProps {
  /** Undefined closes the dialog. */
  readonly webhook: Shapes['Webhook'] | undefined;
  readonly onClose: () => void;
}

/** Deletes a webhook. */
export function RemoveWebhookDialog({ webhook, onClose }: RemoveWebhookDialogProps) {
  const [reason, setReason] = useState('');
  const { send, isPending, error, reset } = useSend(
    async ({ id, ...query }: { readonly id: string; readonly reason?: string }) => {
      await api.DELETE('/v1/webhooks/{id}', { params: { path: { id }, query } });
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
      opened={webhook !== undefined}
      onClose={close}
      title="Delete the webhook"
      confirm="Delete the webhook"
      danger
      isPending={isPending}
      error={error}
      onConfirm={() => webhook !== undefined && send({ id: webhook.id, ...reasonIn(reason) })}
    >
      <Text>
        <Name fw={600}>{webhook?.url ?? ''}</Name> gets no more events, and those that wait for it are given up. The log
        of its deliveries stays.
      </Text>
      <ReasonInput value={reason} onChange={setReason} />
    </ActionDialog>
  );
}
