import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../data/api.ts';
import { LONGEST_REASON } from '../../data/limits.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { useSend } from '../../ui/use-send.ts';

interface DeleteTemplateDialogProps {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
  /** Leaves the page of the template, before everything on the screen is read again. */
  readonly leave?: () => Promise<void>;
}

/** Deletes a template, with a reason for the audit. */
export function DeleteTemplateDialog({ id, name, onClose, leave }: DeleteTemplateDialogProps) {
  const [reason, setReason] = useState('');
  const { send, isPending, error } = useSend(
    async (why: string) => {
      await api.DELETE('/v1/templates/{id}', { params: { path: { id }, query: { reason: why } } });
      await leave?.();
    },
    { onDone: onClose },
  );
  return (
    <ActionDialog
      opened
      danger
      title="Delete the template"
      confirm="Delete"
      {...{ isPending, error, onClose }}
      onConfirm={() => send(reason.trim())}
    >
      <Text>
        The template <bdi>{name}</bdi> goes away for good. Entitlements that were made from it keep their terms.
      </Text>
      <TextInput
        label="Reason"
        description="Kept in the audit"
        required
        maxLength={LONGEST_REASON}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
    </ActionDialog>
  );
}
