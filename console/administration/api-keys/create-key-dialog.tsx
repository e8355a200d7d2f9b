import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect } from 'react';
import { api, type Shapes } from '../../data/api.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { formErrorsOf } from '../../ui/form-errors.ts';
import { ReasonInput, reasonIn } from '../../ui/reason-input.tsx';
import { useSend } from '../../ui/use-send.ts';
import { ROLE_WORDS, ROLES } from '../parts/words.ts';
import { endOfDay } from './key-end.ts';

const MAX_NAME_LENGTH = 100;

interface CreateKeyDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onTold: (key: Shapes['ApiKeyWithSecret']) => void;
}

interface Values {
  readonly name: string;
  readonly role: Shapes['ApiKeyInput']['role'];
  readonly email: string;
  /** The last day, `YYYY-MM-DD`; empty: the key does not end by itself. */
  readonly expiresAt: string;
  readonly reason: string;
}

/** Asks for the name and the role of a new key. */
export function CreateKeyDialog({ opened, onClose, onTold }: CreateKeyDialogProps) {
  const form = useForm<Values>({ initialValues: { name: '', role: 'csr', email: '', expiresAt: '', reason: '' } });
  const { send, isPending, error, reset } = useSend(
    async ({ name, role, email, expiresAt, reason }: Values, key) => {
      const end = endOfDay(expiresAt);
      const body = {
        name: name.trim(),
        role,
        ...(email.trim() === '' ? {} : { email: email.trim() }),
        ...(end === undefined ? {} : { expiresAt: end }),
        ...reasonIn(reason),
      };
      return (await api.POST('/v1/api-keys', { params: { header: { 'Idempotency-Key': key } }, body })).data;
    },
    {
      onDone: (created) => {
        form.reset();
        if (created !== undefined) onTold(created);
      },
    },
  );
  useEffect(() => form.setErrors(formErrorsOf(error)), [error, form.setErrors]);
  const close = () => {
    reset();
    onClose();
  };
  return (
    <ActionDialog
      opened={opened}
      onClose={close}
      title="Create an API key"
      confirm="Create the key"
      isPending={isPending}
      error={error}
      onConfirm={() => send(form.values)}
    >
      <TextInput
        label="Name"
        description="Who or what uses it, such as Anna Weber or Helpdesk. It stands in the audit."
        required
        maxLength={MAX_NAME_LENGTH}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <Select
        label="Role"
        required
        allowDeselect={false}
        data={ROLES.map((value) => ({ value, label: ROLE_WORDS[value] }))}
        {...form.getInputProps('role')}
      />
      <TextInput
        label="E-mail"
        type="email"
        description="An account manager sees the customers that name this address."
        required={form.values.role === 'account_manager'}
        {...form.getInputProps('email')}
      />
      <TextInput
        label="Last day"
        type="date"
        description="Empty: the key works until it is revoked."
        {...form.getInputProps('expiresAt')}
      />
      <ReasonInput value={form.values.reason} onChange={(reason) => form.setFieldValue('reason', reason)} />
    </ActionDialog>
  );
}
