import { Alert, Text } from '@mantine/core';
import { useState } from 'react';
import { api, type Shapes } from '../../data/api.ts';
import { useMe } from '../../data/me.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { Name } from '../../ui/name.tsx';
import { ReasonInput, reasonIn } from '../../ui/reason-input.tsx';
import { useSend } from '../../ui/use-send.ts';

interface RevokeKeyDialogProps {
  /** Undefined closes the dialog. */
  readonly apiKey: Shapes['ApiKey'] | undefined;
  readonly onClose: () => void;
}

/** Ends a key for good. */
export function RevokeKeyDialog({ apiKey, onClose }: RevokeKeyDialogProps) {
  const me = useMe();
  const [reason, setReason] = useState('');
  const { send, isPending, error, reset } = useSend(
    async ({ id, ...body }: { readonly id: string; readonly reason?: string }, key) => {
      const params = { path: { id }, header: { 'Idempotency-Key': key } };
      return (await api.POST('/v1/api-keys/{id}/revoke', { params, body })).data;
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
      opened={apiKey !== undefined}
      onClose={close}
      title="Revoke the key"
      confirm="Revoke the key"
      danger
      isPending={isPending}
      error={error}
      onConfirm={() => apiKey !== undefined && send({ id: apiKey.id, ...reasonIn(reason) })}
    >
      <Text>
        All secrets of <Name fw={600}>{apiKey?.name ?? ''}</Name> stop working within ten seconds. A revoked key cannot
        be used again.
      </Text>
      {me !== undefined && me.name === apiKey?.name && (
        <Alert color="yellow" variant="light">
          You are signed in with this key, and will be signed out.
        </Alert>
      )}
      <ReasonInput value={reason} onChange={setReason} />
    </ActionDialog>
  );
}
