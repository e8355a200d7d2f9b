import { Checkbox, NumberInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { Choice, type EntitlementForm, fieldAt, TermInput } from './form-parts.tsx';
import type { Entitlement, FormValues } from './form-values.ts';

const TYPES = [
  { value: 'cases', label: 'Cases', description: 'Each case takes one.' },
  { value: 'hours', label: 'Hours', description: 'Each case takes its minutes.' },
  { value: 'unlimited', label: 'Unlimited', description: 'Nothing is counted.' },
] as const;

const DECREASES = [
  { value: 'creation', label: 'Creation', description: 'A case takes its term when it attaches.' },
  { value: 'resolution', label: 'Resolution', description: 'A case takes its term when it is resolved.' },
] as const;

const PERIODS = [
  { value: '', label: 'None', description: 'One allotment for the whole term.' },
  { value: 'month', label: 'Month' },
  { value: 'quarter', label: 'Quarter' },
  { value: 'year', label: 'Year', description: 'The allotment is granted anew each period, from the start date on.' },
] as const;

const BLOCK = {
  value: 'block',
  label: 'Refuse cases',
  description: 'Restrict: an exhausted entitlement refuses cases.',
} as const;
const PAST = [
  { value: 'allow', label: 'Allow', description: 'What remains goes below zero.' },
  { value: 'charge', label: 'Charge', description: 'What goes past the allotment is bought at the price below.' },
] as const;

const PRICED = [
  { value: 'term', label: 'The whole term' },
  { value: 'period', label: 'Each period' },
] as const;

interface AllocationSectionProps {
  readonly form: EntitlementForm;
  readonly record: Entitlement | null;
}

const totalWords = (record: Entitlement | null, { period }: FormValues): string => {
  if (record !== null) return 'What was used stays used: remaining becomes the new total minus what is used.';
  return period === '' ? 'For the whole term' : `For each ${period}`;
};

/** How much there is, what takes from it, and what happens past it. */
export function AllocationSection({ form, record }: AllocationSectionProps) {
  const { values } = form;
  const { allocationType: unit } = values;
  const isCounted = unit !== 'unlimited';
  const changeType = (next: FormValues['allocationType']) => {
    form.setFieldValue('allocationType', next);
    // A number of cases is no number of minutes.
    form.setFieldValue('totalTerm', null);
    form.setFieldValue('rolloverCap', null);
    form.setFieldValue(
      'channels',
      values.channels.map((row) => ({ ...row, totalTerm: null })),
    );
  };
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Choice
          label="Allocation type"
          {...(record === null ? {} : { description: 'It can no longer change once a case has attached.' })}
          choices={TYPES}
          {...fieldAt(form, 'allocationType', form.values.allocationType)}
          onChange={changeType}
        />
        {isCounted && (
          <TermInput
            label="Total term"
            description={totalWords(record, values)}
            required
            unit={unit}
            {...fieldAt(form, 'totalTerm', form.values.totalTerm)}
          />
        )}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Choice
          label="Decrease remaining on"
          choices={DECREASES}
          {...fieldAt(form, 'decreaseRemainingOn', form.values.decreaseRemainingOn)}
        />
        <Checkbox
          label="Hold"
          description="For resolution: an attached case reserves its term, resolving takes it, canceling releases it."
          disabled={values.decreaseRemainingOn !== 'resolution'}
          {...form.getInputProps('hold', { type: 'checkbox' })}
        />
      </SimpleGrid>
      {isCounted && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Choice label="Period" choices={PERIODS} {...fieldAt(form, 'period', form.values.period)} />
          {values.period !== '' && (
            <TermInput
              label="Rollover, at most"
              description="What is left of a period goes into the next one, up to this. Empty: nothing does."
              unit={unit}
              {...fieldAt(form, 'rolloverCap', form.values.rolloverCap)}
            />
          )}
        </SimpleGrid>
      )}
      {isCounted && <OverageFields form={form} />}
      <PriceFields form={form} />
    </Stack>
  );
}

interface PriceFieldsProps {
  readonly form: EntitlementForm;
  /** The currency, and what the price is for, cannot change any more. */
  readonly isFixed?: boolean;
}

/** What the whole contract costs, for bills that are made elsewhere. */
export function PriceFields({ form, isFixed = false }: PriceFieldsProps) {
  const hasPeriods = form.values.allocationType !== 'unlimited' && form.values.period !== '';
  return (
    <SimpleGrid cols={{ base: 1, sm: hasPeriods ? 3 : 2 }}>
      <TextInput
        label="Price of the contract"
        description="A decimal such as 1200 or 99.50. Empty: none is kept here."
        inputMode="decimal"
        maxLength={17}
        {...form.getInputProps('price.amount')}
        error={form.errors['price.amount'] ?? form.errors.price}
      />
      <TextInput
        label="Currency of the contract"
        description="A code of ISO 4217 such as EUR"
        maxLength={3}
        disabled={isFixed}
        {...form.getInputProps('price.currency')}
      />
      {hasPeriods && (
        <Choice
          label="The price is for"
          choices={PRICED}
          disabled={isFixed}
          {...fieldAt(form, 'price.per', form.values.price.per)}
        />
      )}
    </SimpleGrid>
  );
}

/** What happens to a case when nothing is left. */
export function OverageFields({ form }: { readonly form: EntitlementForm }) {
  const { values } = form;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Choice
        label="Past the allotment"
        choices={[BLOCK, ...PAST]}
        {...fieldAt(form, 'overage', form.values.overage)}
        error={form.errors.overage ?? form.errors.restrict ?? form.errors.overagePrice}
      />
      {values.overage === 'charge' && (
        <Stack gap="sm">
          <TextInput
            label={values.allocationType === 'hours' ? 'Price of one hour' : 'Price of one case'}
            description="A decimal such as 89.90"
            inputMode="decimal"
            withAsterisk
            maxLength={14}
            {...form.getInputProps('overagePrice.unitPrice')}
          />
          <TextInput
            label="Currency"
            description="A code of ISO 4217 such as EUR"
            withAsterisk
            maxLength={3}
            {...form.getInputProps('overagePrice.currency')}
          />
          {values.allocationType === 'hours' && (
            <NumberInput
              label="Billing increment in minutes"
              description="Minutes are rounded up to a multiple of this."
              min={1}
              max={1_440}
              allowDecimal={false}
              {...form.getInputProps('overagePrice.billingIncrementMinutes')}
            />
          )}
        </Stack>
      )}
    </SimpleGrid>
  );
}
