import { Alert, Button, Fieldset, Group, NumberInput, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type FormEvent, useEffect, useState } from 'react';
import { api, type Shapes } from '../../data/api.ts';
import { LONGEST_REASON } from '../../data/limits.ts';
import { idFromName } from '../../data/new-id.ts';
import { TimeZonePicker } from '../../pickers/time-zone-picker.tsx';
import { AllotmentFields, CoverFields, NameFields, RenewalPolicyFields } from '../../terms/terms-fields.tsx';
import { bodyOf, NEW_TERMS, type TermsValues, termsErrorsOf, valuesOf } from '../../terms/terms-values.ts';
import { ErrorNote } from '../../ui/action-dialog.tsx';
import { ChangedNote } from '../../ui/changed-meanwhile.tsx';
import { useSavedRecord } from '../../ui/use-saved-record.ts';
import type { Template } from './template-words.ts';

type Duration = Template['duration'];

/** What a template has beside the terms. */
interface OwnValues {
  readonly id: string;
  readonly count: number | string;
  readonly unit: Duration['unit'];
  readonly timeZone: string | null;
  readonly graceDays: number | string;
  /** An empty amount: the contract's price is not kept here. */
  readonly price: { readonly amount: string; readonly currency: string; readonly per: 'term' | 'period' };
  readonly reason: string;
}

const ownValuesOf = (template: Template | undefined): OwnValues => ({
  id: template?.id ?? '',
  count: template?.duration.count ?? 1,
  unit: template?.duration.unit ?? 'years',
  timeZone: template?.timeZone ?? null,
  graceDays: template?.graceDays ?? 0,
  price: template?.price ?? { amount: '', currency: '', per: 'term' },
  reason: '',
});

const priceOf = ({ amount, currency, per }: OwnValues['price']): Shapes['TemplateReplacement']['price'] =>
  amount.trim() === '' ? null : { amount: amount.trim(), currency: currency.trim().toUpperCase(), per };

interface Input {
  readonly body: Shapes['TemplateReplacement'];
  readonly id: string;
  readonly reason: string;
}

const madeOf = ({ data }: { readonly data?: Template }): Template => {
  if (data === undefined) throw new TypeError('The API has answered without the template.');
  return data;
};

async function save(isNew: boolean, { body, id, reason }: Input, key: string): Promise<Template> {
  const query = reason === '' ? {} : { reason };
  if (!isNew) return madeOf(await api.PUT('/v1/templates/{id}', { params: { path: { id }, query }, body }));
  const params = { query, header: { 'Idempotency-Key': key } };
  return madeOf(await api.POST('/v1/templates', { params, body: { ...body, ...(id === '' ? {} : { id }) } }));
}

const read = async (id: string): Promise<Template> =>
  madeOf(await api.GET('/v1/templates/{id}', { params: { path: { id } } }));

interface TemplateFormProps {
  /** The template that is changed; undefined: a new one. */
  readonly template: Template | undefined;
  readonly onDone: (template: Template) => void;
}

/** Makes a template, or changes one. What was typed stays until it is saved. */
export function TemplateForm({ template, onDone }: TemplateFormProps) {
  const isNew = template === undefined;
  const terms = useForm<TermsValues>({ initialValues: template === undefined ? NEW_TERMS : valuesOf(template) });
  const own = useForm<OwnValues>({ initialValues: ownValuesOf(template) });
  const [isSaved, setIsSaved] = useState(false);
  const saved = useSavedRecord<Template, Input>({
    record: template,
    read,
    save: (input, key) => save(isNew, input, key),
    onDone: (made) => {
      show(made);
      setIsSaved(true);
      onDone(made);
    },
  });
  const { error, changed, isPending } = saved;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer brings new errors, and nothing else does.
  useEffect(() => {
    const errors = termsErrorsOf(error);
    terms.setErrors(errors);
    own.setErrors({ ...errors, count: errors['duration.count'] ?? errors.duration });
  }, [error]);
  const show = (found: Template) => {
    terms.setValues(valuesOf(found));
    own.setValues(ownValuesOf(found));
  };
  const input = (): Input => ({
    id: own.values.id.trim(),
    reason: own.values.reason.trim(),
    body: {
      ...bodyOf(terms.values),
      duration: { unit: own.values.unit, count: Number(own.values.count) },
      timeZone: own.values.timeZone,
      graceDays: Number(own.values.graceDays),
      price: priceOf(own.values.price),
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsSaved(false);
    saved.save(input());
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <NameFields form={terms} />
        <Fieldset legend="Time">
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            <NumberInput label="Lasts" min={1} decimalScale={0} required {...own.getInputProps('count')} />
            <Select
              label="Days, months or years"
              allowDeselect={false}
              data={[
                { value: 'days', label: 'Days' },
                { value: 'months', label: 'Months' },
                { value: 'years', label: 'Years' },
              ]}
              {...own.getInputProps('unit')}
            />
            <TimeZonePicker
              label="Time zone"
              description="Empty: the customer's, then UTC"
              clearable
              value={own.values.timeZone}
              onChange={(zone) => own.setFieldValue('timeZone', zone)}
              error={own.errors.timeZone}
            />
            <NumberInput
              label="Grace, in days"
              description="Cases still attach for so many days after the end."
              min={0}
              max={90}
              decimalScale={0}
              {...own.getInputProps('graceDays')}
            />
          </SimpleGrid>
        </Fieldset>
        <Fieldset legend="Price of the contract">
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <TextInput
              label="Amount"
              description="A decimal such as 1200. Empty: none is kept here."
              inputMode="decimal"
              maxLength={17}
              {...own.getInputProps('price.amount')}
            />
            <TextInput
              label="Currency of the contract"
              description="A code of ISO 4217 such as EUR"
              maxLength={3}
              {...own.getInputProps('price.currency')}
            />
            <Select
              label="The price is for"
              allowDeselect={false}
              data={[
                { value: 'term', label: 'The whole term' },
                { value: 'period', label: 'Each period' },
              ]}
              {...own.getInputProps('price.per')}
            />
          </SimpleGrid>
        </Fieldset>
        <AllotmentFields form={terms} />
        <CoverFields form={terms} />
        <RenewalPolicyFields form={terms} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {isNew && (
            <TextInput
              label="Id (optional)"
              description="As other systems name it. It cannot be changed later."
              placeholder={idFromName(terms.values.name)}
              maxLength={200}
              {...own.getInputProps('id')}
            />
          )}
          <TextInput
            label="Reason (optional)"
            description="Kept in the audit"
            maxLength={LONGEST_REASON}
            {...own.getInputProps('reason')}
          />
        </SimpleGrid>
        {changed !== undefined && (
          <ChangedNote
            onLoad={() => {
              show(changed);
              saved.opened(changed);
            }}
            onReplace={() => saved.replace(input(), changed)}
          />
        )}
        <ErrorNote error={error} />
        {isSaved && (
          <Alert color="pine" variant="light" role="status">
            The template is saved.
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={isPending}>
            {isNew ? 'Create the template' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
