import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useLayoutEffect } from 'react';
import { api, type Shapes } from '../data/api.ts';
import { idFromName } from '../data/new-id.ts';
import { assertIdIsFree } from '../data/take-new-id.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { ChangedNote } from '../ui/changed-meanwhile.tsx';
import { formErrorsOf } from '../ui/form-errors.ts';
import { useSavedRecord } from '../ui/use-saved-record.ts';

type Contact = Shapes['Contact'];

interface Fields {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

const fieldsOf = (contact: Contact | undefined): Fields => ({
  id: contact?.id ?? '',
  name: contact?.name ?? '',
  email: contact?.email ?? '',
});

const madeOf = ({ data }: { readonly data?: Contact }): Contact => {
  if (data === undefined) throw new TypeError('The API has answered without the contact.');
  return data;
};

const read = async (id: string): Promise<Contact> =>
  madeOf(await api.GET('/v1/contacts/{id}', { params: { path: { id } } }));

async function put(customerId: string, { id, name, email }: Fields, isNew: boolean): Promise<Contact> {
  const params = { path: { id } };
  const body = { customerId, name: name.trim(), email: email.trim() === '' ? null : email.trim() };
  if (isNew) await assertIdIsFree(id, body, read);
  return madeOf(await api.PUT('/v1/contacts/{id}', { params, body }));
}

interface ContactDialogProps {
  readonly opened: boolean;
  readonly customerId: string;
  /** The contact that is changed; undefined: a new one. */
  readonly contact?: Contact | undefined;
  readonly onClose: () => void;
}

/** Makes a contact of a customer, or changes one. */
export function ContactDialog({ opened, customerId, contact, onClose }: ContactDialogProps) {
  const isNew = contact === undefined;
  const form = useForm<Fields>({ initialValues: fieldsOf(contact) });
  const saved = useSavedRecord<Contact, Fields>({
    record: contact,
    read,
    save: (fields) => put(customerId, fields, isNew),
    onDone: onClose,
  });
  const { isPending, error, changed } = saved;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form is filled anew only when the dialog opens, before anybody can type.
  useLayoutEffect(() => {
    if (!opened) return;
    form.setValues(fieldsOf(contact));
    form.clearErrors();
    saved.opened(contact);
  }, [opened, contact?.id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer brings new errors, and nothing else does.
  useEffect(() => form.setErrors(formErrorsOf(error)), [error]);
  const { name, id } = form.values;
  const suggested = (of: string) => (idFromName(of) === '' ? '' : `${customerId}-${idFromName(of)}`);
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title={isNew ? 'New contact' : 'Change the contact'}
      confirm={isNew ? 'Create the contact' : 'Save'}
      isPending={isPending}
      error={error}
      onConfirm={() => saved.save(form.values)}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
          onChange={({ currentTarget: { value } }) => {
            if (isNew && id === suggested(name)) form.setFieldValue('id', suggested(value));
            form.setFieldValue('name', value);
          }}
        />
        {isNew && (
          <TextInput
            label="Id"
            description="As the other systems name the contact. It cannot be changed later."
            required
            maxLength={200}
            {...form.getInputProps('id')}
          />
        )}
        <TextInput label="E-mail" type="email" maxLength={320} {...form.getInputProps('email')} />
        {changed !== undefined && (
          <ChangedNote
            what="the contact"
            onLoad={() => {
              form.setValues(fieldsOf(changed));
              saved.opened(changed);
            }}
            onReplace={() => saved.replace(form.values, changed)}
          />
        )}
      </Stack>
    </ActionDialog>
  );
}
