import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useLayoutEffect } from 'react';
import { api, type Shapes } from '../data/api.ts';
import { idFromName } from '../data/new-id.ts';
import { assertIdIsFree } from '../data/take-new-id.ts';
import { TimeZonePicker } from '../pickers/time-zone-picker.tsx';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { ChangedNote } from '../ui/changed-meanwhile.tsx';
import { formErrorsOf } from '../ui/form-errors.ts';
import { useSavedRecord } from '../ui/use-saved-record.ts';

type Customer = Shapes['Customer'];

interface Fields {
  readonly id: string;
  readonly type: Customer['type'];
  readonly name: string;
  readonly timeZone: string | null;
  readonly tier: string;
  readonly accountManager: { readonly name: string; readonly email: string };
}

const fieldsOf = (customer: Customer | undefined): Fields => ({
  id: customer?.id ?? '',
  type: customer?.type ?? 'account',
  name: customer?.name ?? '',
  timeZone: customer?.timeZone ?? null,
  tier: customer?.tier ?? '',
  accountManager: customer?.accountManager ?? { name: '', email: '' },
});

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

const madeOf = ({ data }: { readonly data?: Customer }): Customer => {
  if (data === undefined) throw new TypeError('The API has answered without the customer.');
  return data;
};

const read = async (id: string): Promise<Customer> =>
  madeOf(await api.GET('/v1/customers/{id}', { params: { path: { id } } }));

async function put({ id, accountManager, ...fields }: Fields, isNew: boolean): Promise<Customer> {
  const params = { path: { id } };
  const hasManager = accountManager.name.trim() !== '' || accountManager.email.trim() !== '';
  const body = {
    ...fields,
    name: fields.name.trim(),
    tier: orNull(fields.tier),
    accountManager: hasManager ? accountManager : null,
  };
  if (isNew) await assertIdIsFree(id, body, read);
  return madeOf(await api.PUT('/v1/customers/{id}', { params, body }));
}

interface CustomerDialogProps {
  readonly opened: boolean;
  /** The customer that is changed; undefined: a new one. */
  readonly customer?: Customer | undefined;
  readonly onClose: () => void;
  readonly onDone: (customer: Customer) => void;
}

/** Makes a customer, or changes one. What was typed stays until it is saved or the dialog is closed. */
export function CustomerDialog({ opened, customer, onClose, onDone }: CustomerDialogProps) {
  const isNew = customer === undefined;
  const form = useForm<Fields>({ initialValues: fieldsOf(customer) });
  const saved = useSavedRecord<Customer, Fields>({
    record: customer,
    read,
    save: (fields) => put(fields, isNew),
    onDone,
  });
  const { isPending, error, changed } = saved;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form is filled anew only when the dialog opens, before anybody can type.
  useLayoutEffect(() => {
    if (!opened) return;
    form.setValues(fieldsOf(customer));
    form.clearErrors();
    saved.opened(customer);
  }, [opened, customer?.id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer brings new errors, and nothing else does.
  useEffect(() => form.setErrors(formErrorsOf(error)), [error]);
  const { name, id } = form.values;
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title={isNew ? 'New customer' : 'Change the customer'}
      confirm={isNew ? 'Create the customer' : 'Save'}
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
            // The id follows the name until somebody chooses another one.
            if (isNew && id === idFromName(name)) form.setFieldValue('id', idFromName(value));
            form.setFieldValue('name', value);
          }}
        />
        {isNew && (
          <TextInput
            label="Id"
            description="As the other systems name the customer. It cannot be changed later."
            required
            maxLength={200}
            {...form.getInputProps('id')}
          />
        )}
        <SegmentedControl
          aria-label="Kind of customer"
          data={[
            { value: 'account', label: 'Organisation' },
            { value: 'contact', label: 'Person' },
          ]}
          {...form.getInputProps('type')}
        />
        <TimeZonePicker
          label="Time zone"
          description="The zone of new entitlements; without one, UTC"
          clearable
          value={form.values.timeZone}
          onChange={(zone) => form.setFieldValue('timeZone', zone)}
          error={form.errors.timeZone}
        />
        <TextInput label="Tier" maxLength={40} {...form.getInputProps('tier')} />
        <Text size="sm" c="dimmed">
          The account manager gets the notices of renewals and decides them.
        </Text>
        <TextInput label="Account manager" maxLength={200} {...form.getInputProps('accountManager.name')} />
        <TextInput
          label="E-mail of the account manager"
          type="email"
          maxLength={320}
          {...form.getInputProps('accountManager.email')}
        />
        {changed !== undefined && (
          <ChangedNote
            what="the customer"
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
