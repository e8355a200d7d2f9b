import { MultiSelect, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect } from 'react';
import { api, type Shapes } from '../../data/api.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { ChangedNote } from '../../ui/changed-meanwhile.tsx';
import { formErrorsOf } from '../../ui/form-errors.ts';
import { ReasonInput, reasonIn } from '../../ui/reason-input.tsx';
import { useSend } from '../../ui/use-send.ts';
import { EVENT_TYPES } from '../deliveries/delivery-choices.ts';
import { assertFieldsUnchanged, changesFrom, FieldsChangedMeanwhile } from '../parts/field-changes.ts';
import { wordsOfName } from '../parts/words.ts';

type Webhook = Shapes['Webhook'];
type Fields = Pick<Webhook, 'url' | 'types' | 'description' | 'enabled'>;

interface WebhookDialogProps {
  readonly opened: boolean;
  /** The webhook to change; undefined creates one. */
  readonly webhook: Webhook | undefined;
  readonly onClose: () => void;
  /** Called with the webhook that was created, whose secret must be shown, or with nothing after a change. */
  readonly onTold: (created: Shapes['WebhookWithSecret'] | undefined) => void;
}

interface Values {
  readonly url: string;
  readonly description: string;
  readonly takesAll: boolean;
  readonly types: Webhook['types'];
  readonly enabled: boolean;
  readonly reason: string;
}

interface Change {
  readonly base: Webhook | undefined;
  readonly fields: Fields;
  readonly reason: string;
}

const NEW: Fields = { url: '', types: ['*'], description: null, enabled: true };

const fieldsOf = ({ url, types, description, enabled }: Fields): Fields => ({ url, types, description, enabled });

const valuesOf = ({ url, types, description, enabled }: Fields): Values => ({
  url,
  description: description ?? '',
  takesAll: types.includes('*'),
  types: types.filter((type) => type !== '*'),
  enabled,
  reason: '',
});

const typed = ({ url, description, takesAll, types, enabled }: Values): Fields => ({
  url: url.trim(),
  description: description.trim() === '' ? null : description.trim(),
  types: takesAll ? ['*'] : types,
  enabled,
});

async function save({ base, fields, reason }: Change, key: string) {
  if (base === undefined) {
    const { enabled: _enabled, ...body } = fields;
    const params = { header: { 'Idempotency-Key': key } };
    return (await api.POST('/v1/webhooks', { params, body: { ...body, ...reasonIn(reason) } })).data;
  }
  const params = { path: { id: base.id } };
  const changes = changesFrom(fieldsOf(base), fields);
  const { data: now } = await api.GET('/v1/webhooks/{id}', { params });
  if (now !== undefined) assertFieldsUnchanged(fieldsOf(base), fieldsOf(now), changes, wordsOfField);
  if (Object.keys(changes).length > 0)
    await api.PATCH('/v1/webhooks/{id}', { params, body: { ...changes, ...reasonIn(reason) } });
  return undefined;
}

const FIELD_WORDS = new Map([
  ['url', 'the address'],
  ['types', 'the events'],
  ['description', 'the description'],
  ['enabled', 'whether it is enabled'],
]);
const wordsOfField = (field: string): string => FIELD_WORDS.get(field) ?? field;

/** Creates or changes a webhook. */
export function WebhookDialog({ opened, webhook, onClose, onTold }: WebhookDialogProps) {
  const form = useForm<Values>({ initialValues: valuesOf(webhook ?? NEW) });
  const { send, isPending, error, reset } = useSend(save, {
    onDone: (created) => {
      form.reset();
      onTold(created);
    },
  });
  useEffect(() => form.setErrors(formErrorsOf(error)), [error, form.setErrors]);
  const { values } = form;
  const close = () => {
    reset();
    onClose();
  };
  const change = (base: Webhook | undefined) => send({ base, fields: typed(values), reason: values.reason });
  const theirs = error instanceof FieldsChangedMeanwhile ? { ...webhook, ...error.present } : undefined;
  return (
    <ActionDialog
      opened={opened}
      onClose={close}
      title={webhook === undefined ? 'Create a webhook' : 'Edit the webhook'}
      confirm={webhook === undefined ? 'Create the webhook' : 'Save the webhook'}
      isPending={isPending}
      error={theirs === undefined ? error : null}
      onConfirm={() => change(webhook)}
    >
      <TextInput
        label="Address"
        description="An https address that can be reached from Allot."
        placeholder="https://example.com/allot"
        required
        data-autofocus
        {...form.getInputProps('url')}
      />
      <TextInput label="Description" maxLength={500} {...form.getInputProps('description')} />
      <Switch
        label="Send all events"
        description="Also those that later versions add."
        {...form.getInputProps('takesAll', { type: 'checkbox' })}
      />
      {!values.takesAll && (
        <MultiSelect
          label="Events"
          required
          searchable
          data={EVENT_TYPES.map((value) => ({ value, label: wordsOfName(value) }))}
          {...form.getInputProps('types')}
        />
      )}
      {webhook !== undefined && (
        <Switch
          label="Enabled"
          description="A disabled webhook gets no events, and those that wait for it are given up."
          {...form.getInputProps('enabled', { type: 'checkbox' })}
        />
      )}
      <ReasonInput value={values.reason} onChange={(reason) => form.setFieldValue('reason', reason)} />
      {theirs !== undefined && webhook !== undefined && error instanceof FieldsChangedMeanwhile && (
        <ChangedNote
          what={error.what}
          onReplace={() => change({ ...webhook, ...error.present })}
          onLoad={() => {
            form.setValues(valuesOf({ ...webhook, ...error.present }));
            reset();
          }}
        />
      )}
    </ActionDialog>
  );
}
