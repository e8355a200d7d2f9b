import { Alert, Button, Group, Modal, type ModalProps, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { fieldsOf, wordsOf } from '../data/api-problem.ts';

interface ActionDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** The word on the button, a verb: Cancel the entitlement. */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly size?: NonNullable<ModalProps['size']>;
  /** The dialog checks its fields itself. The browser cannot point at one in a section that is folded. */
  readonly noValidate?: boolean;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  /** What happens, and fields such as a reason. */
  readonly children?: ReactNode;
}

/**
 * Asks before a change is made, and shows why it was refused. It stays open, with all that was typed, until it is made or
 * somebody closes it; a click beside it does not close it.
 */
export function ActionDialog(props: ActionDialogProps) {
  const { opened, onClose, title, confirm, danger = false, isPending, error, onConfirm, children } = props;
  const { size = 'md', noValidate = false } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': 'Close' }}
      closeOnClickOutside={false}
    >
      <form onSubmit={submit} noValidate={noValidate}>
        <Stack>
          {children}
          <ErrorNote error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Not now
            </Button>
            <Button type="submit" loading={isPending} {...(danger ? { color: 'red' } : {})}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Why a change was refused, with the fields that have no place of their own on the screen; nothing when there is no error. */
export function ErrorNote({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {wordsOf(error)}
      {fieldsOf(error).map(({ field, message }) => (
        <div key={`${field} ${message}`}>
          {field} {message}
        </div>
      ))}
    </Alert>
  );
}
