import { Button, Fieldset, Group, Stack, Switch, TagsInput, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useLayoutEffect, useState } from 'react';
import { api, type Shapes } from '../../data/api.ts';
import { isSame } from '../../data/is-same.ts';
import { ErrorNote } from '../../ui/action-dialog.tsx';
import { ChangedNote } from '../../ui/changed-meanwhile.tsx';
import { formErrorsOf } from '../../ui/form-errors.ts';
import { ReasonInput } from '../../ui/reason-input.tsx';
import { useSend } from '../../ui/use-send.ts';
import { assertFieldsUnchanged, changesFrom, FieldsChangedMeanwhile } from '../parts/field-changes.ts';
import { RenewalPolicyFields } from './renewal-policy-fields.tsx';
import { type SettingsValues, settingsOf, valuesOf, wordsOfSetting } from './settings-values.ts';

type Settings = Shapes['Settings'];

interface SettingsFormProps {
  readonly settings: Settings;
  readonly isReadOnly: boolean;
}

interface Change {
  readonly base: Settings;
  readonly changes: Partial<Settings>;
  readonly reason: string;
}

/** Saves only what was changed, and only if nobody else changed the same meanwhile. */
async function save({ base, changes, reason }: Change): Promise<Settings | undefined> {
  const { data: now } = await api.GET('/v1/settings');
  if (now !== undefined) assertFieldsUnchanged(base, now, changes, wordsOfSetting);
  const query = reason.trim() === '' ? {} : { reason: reason.trim() };
  return (await api.PUT('/v1/settings', { params: { query }, body: changes })).data;
}

/** The settings as a form. What was typed stays until it is saved, whatever fails. */
export function SettingsForm({ settings, isReadOnly }: SettingsFormProps) {
  /** What the form was filled with. */
  const [base, setBase] = useState(settings);
  const [reason, setReason] = useState('');
  const form = useForm<SettingsValues>({ initialValues: valuesOf(settings) });
  const fill = (next: Settings) => {
    setBase(next);
    form.setInitialValues(valuesOf(next));
    form.setValues(valuesOf(next));
    form.clearErrors();
  };
  const { send, isPending, error, reset } = useSend(save, {
    onDone: (saved) => {
      setReason('');
      if (saved !== undefined) fill(saved);
    },
  });
  const changes = changesFrom(base, settingsOf(form.values));
  const isChanged = Object.keys(changes).length > 0;
  // What others save is shown at once, unless it would wipe out what was typed. A layout effect runs before anybody can type.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed meanwhile is no reason to look again.
  useLayoutEffect(() => {
    if (!isChanged && !isSame(settings, base)) fill(settings);
  }, [settings]);
  useEffect(() => form.setErrors(formErrorsOf(error)), [error, form.setErrors]);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) send({ base, changes, reason });
      }}
    >
      <Stack>
        <Fieldset legend="Cases" disabled={isReadOnly}>
          <Stack>
            <TagsInput
              label="Channels"
              description="The ways on which cases come. Type a name and press Enter."
              {...form.getInputProps('channels')}
            />
            <Flag
              form={form}
              name="autoApplyDefaultOnCaseCreate"
              label="Attach a new case to its customer's default entitlement"
            />
            <Flag
              form={form}
              name="autoApplyDefaultOnCaseUpdate"
              label="Attach a case to the default when its customer, contact or product changes"
            />
            <Flag
              form={form}
              name="matching"
              label="Find an entitlement for a case that names none"
              description="The most specific active one that covers the case and has term left."
            />
            <Flag
              form={form}
              name="demandEntitlement"
              label="Refuse a case that no entitlement covers"
              description="Without this it is recorded without an entitlement."
            />
            <Flag
              form={form}
              name="spill"
              label="Take hours that do not fit from other entitlements of the customer"
              description="When a case is resolved and its own entitlement has too few hours left."
            />
          </Stack>
        </Fieldset>
        <Fieldset legend="Renewals" disabled={isReadOnly}>
          <RenewalPolicyFields form={form} />
        </Fieldset>
        {!isReadOnly && (
          <>
            <ReasonInput value={reason} onChange={setReason} />
            {error instanceof FieldsChangedMeanwhile ? (
              <ChangedNote
                what={error.what}
                onReplace={() => {
                  setBase(error.present);
                  send({ base: error.present, changes, reason });
                }}
                onLoad={() => {
                  fill(error.present);
                  reset();
                }}
              />
            ) : (
              <ErrorNote error={error} />
            )}
            <Group gap="xs">
              <Button type="submit" loading={isPending} disabled={!isChanged}>
                Save the settings
              </Button>
              <Button variant="default" disabled={!isChanged || isPending} onClick={() => fill(settings)}>
                Discard the changes
              </Button>
              <Text c="dimmed" role="status">
                {isChanged ? 'Not saved yet' : 'All saved'}
              </Text>
            </Group>
          </>
        )}
      </Stack>
    </form>
  );
}

interface FlagProps {
  readonly form: ReturnType<typeof useForm<SettingsValues>>;
  readonly name: keyof SettingsValues;
  readonly label: string;
  readonly description?: string;
}

const Flag = ({ form, name, label, description }: FlagProps) => (
  <Switch label={label} description={description} {...form.getInputProps(name, { type: 'checkbox' })} />
);
