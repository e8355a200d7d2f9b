import {
  Alert,
  Button,
  Fieldset,
  Grid,
  Group,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { type FormEvent, useEffect, useState } from 'react';
import { api } from '../../data/api.ts';
import { LONGEST_REASON } from '../../data/limits.ts';
import { idFromName } from '../../data/new-id.ts';
import { assertIdIsFree } from '../../data/take-new-id.ts';
import { TimeZonePicker } from '../../pickers/time-zone-picker.tsx';
import { ErrorNote } from '../../ui/action-dialog.tsx';
import { ChangedNote } from '../../ui/changed-meanwhile.tsx';
import { minutesText } from '../../ui/format.ts';
import { useSavedRecord } from '../../ui/use-saved-record.ts';
import { DuePreview } from './due-preview.tsx';
import { HolidaysEditor } from './holidays-editor.tsx';
import { inOrder, promiseOf, type Sla, type SlaValues, slaErrorsOf, valuesOf } from './sla-values.ts';
import { WeekEditor } from './week-editor.tsx';

const madeOf = ({ data }: { readonly data?: Sla }): Sla => {
  if (data === undefined) throw new TypeError('The API has answered without the service level.');
  return data;
};

const read = async (id: string): Promise<Sla> => madeOf(await api.GET('/v1/slas/{id}', { params: { path: { id } } }));

async function save(isNew: boolean, values: SlaValues): Promise<Sla> {
  const { id, name, reason } = values;
  const query = reason.trim() === '' ? {} : { reason: reason.trim() };
  const body = { ...promiseOf(values), ...values.clockRules, name: name.trim() };
  if (isNew) await assertIdIsFree(id, body, read);
  return madeOf(await api.PUT('/v1/slas/{id}', { params: { path: { id }, query }, body }));
}

const said = (minutes: number | string): string =>
  minutes === '' ? 'No promise' : `${minutesText(Number(minutes))} of service time`;

interface SlaFormProps {
  /** The service level that is changed; undefined: a new one. */
  readonly sla: Sla | undefined;
  /** False: the form can be tried out, but not saved. */
  readonly mayWrite: boolean;
  readonly onDone: (sla: Sla) => void;
}

/** Makes a service level, or changes one, with a preview beside it. What was typed stays until it is saved. */
export function SlaForm({ sla, mayWrite, onDone }: SlaFormProps) {
  const isNew = sla === undefined;
  const form = useForm<SlaValues>({ initialValues: valuesOf(sla) });
  const { values } = form;
  const [isSaved, setIsSaved] = useState(false);
  const saved = useSavedRecord<Sla, SlaValues>({
    record: sla,
    read,
    save: (input) => save(isNew, input),
    onDone: (made) => {
      form.setValues(valuesOf(made));
      setIsSaved(true);
      onDone(made);
    },
  });
  const { error, changed, isPending } = saved;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer brings new errors, and nothing else does.
  useEffect(() => form.setErrors(slaErrorsOf(error)), [error]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsSaved(false);
    // The API names a refused span by its place in the order of the day.
    const ordered = { ...values, id: values.id.trim(), hours: inOrder(values.hours) };
    form.setValues(ordered);
    saved.save(ordered);
  };
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <form onSubmit={submit} noValidate>
          <Stack>
            <Fieldset legend="Promise">
              <SimpleGrid cols={{ base: 1, sm: 2 }}>
                <TextInput
                  label="Name"
                  required
                  maxLength={200}
                  {...form.getInputProps('name')}
                  onChange={({ currentTarget: { value } }) => {
                    // The id follows the name until somebody chooses another one.
                    if (isNew && values.id === idFromName(values.name)) form.setFieldValue('id', idFromName(value));
                    form.setFieldValue('name', value);
                  }}
                />
                {isNew && (
                  <TextInput
                    label="Id"
                    description="As other systems name it. It cannot be changed later."
                    required
                    maxLength={200}
                    {...form.getInputProps('id')}
                  />
                )}
                <NumberInput
                  label="First response, in minutes"
                  description={said(values.firstResponseMinutes)}
                  min={1}
                  decimalScale={0}
                  {...form.getInputProps('firstResponseMinutes')}
                />
                <NumberInput
                  label="Resolution, in minutes"
                  description={said(values.resolutionMinutes)}
                  min={1}
                  decimalScale={0}
                  {...form.getInputProps('resolutionMinutes')}
                />
              </SimpleGrid>
            </Fieldset>
            <Fieldset legend="Service hours">
              <Stack>
                <SegmentedControl
                  aria-label="When service time passes"
                  value={values.always ? 'always' : 'weekly'}
                  data={[
                    { value: 'weekly', label: 'Weekly hours' },
                    { value: 'always', label: 'Always' },
                  ]}
                  onChange={(chosen) => form.setFieldValue('always', chosen === 'always')}
                />
                {!values.always && (
                  <>
                    <TimeZonePicker
                      label="Time zone"
                      clearable={false}
                      value={values.timeZone}
                      onChange={(zone) => form.setFieldValue('timeZone', zone)}
                      error={form.errors.timeZone}
                    />
                    <WeekEditor
                      hours={values.hours}
                      errors={form.errors}
                      onChange={(hours) => form.setFieldValue('hours', hours)}
                    />
                    <HolidaysEditor
                      holidays={values.holidays}
                      onChange={(holidays) => form.setFieldValue('holidays', holidays)}
                    />
                  </>
                )}
              </Stack>
            </Fieldset>
            {mayWrite && (
              <TextInput
                label="Reason (optional)"
                description="Kept in the audit"
                maxLength={LONGEST_REASON}
                {...form.getInputProps('reason')}
              />
            )}
            {changed !== undefined && (
              <ChangedNote
                onLoad={() => {
                  form.setValues(valuesOf(changed));
                  saved.opened(changed);
                }}
                onReplace={() => saved.replace(values, changed)}
              />
            )}
            <ErrorNote error={error} />
            {isSaved && (
              <Alert color="pine" variant="light" role="status">
                The service level is saved. It counts for new cases within five seconds.
              </Alert>
            )}
            {mayWrite && (
              <Group>
                <Button type="submit" loading={isPending}>
                  {isNew ? 'Create the service level' : 'Save'}
                </Button>
              </Group>
            )}
          </Stack>
        </form>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <DuePreview values={values} />
      </Grid.Col>
    </Grid>
  );
}
