import {
  Fieldset,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import { ProductsPicker } from '../pickers/product-picker.tsx';
import { SlaPicker } from '../pickers/sla-picker.tsx';
import { ChannelRows } from './channel-rows.tsx';
import { hoursSaid, type TermsFieldsProps } from './terms-fields-props.ts';

const COLUMNS = { base: 1, sm: 2, lg: 3 };

/** How much there is, and what happens past it. */
export function AllotmentFields({ form }: TermsFieldsProps) {
  const { values } = form;
  const { allocationType, period, overage } = values;
  const isCounted = allocationType !== 'unlimited';
  const unit = allocationType === 'hours' ? 'hours' : 'cases';
  const decimals = allocationType === 'hours' ? 2 : 0;
  return (
    <Fieldset legend="Allotment">
      <SimpleGrid cols={COLUMNS}>
        <Select
          label="Counts"
          allowDeselect={false}
          data={[
            { value: 'cases', label: 'Cases' },
            { value: 'hours', label: 'Hours' },
            { value: 'unlimited', label: 'Nothing: unlimited' },
          ]}
          {...form.getInputProps('allocationType')}
        />
        {isCounted && (
          <>
            <NumberInput
              label={`Total, in ${unit}`}
              description={hoursSaid(values.total, values)}
              min={0}
              decimalScale={decimals}
              {...form.getInputProps('total')}
            />
            <Select
              label="Granted"
              allowDeselect={false}
              data={[
                { value: 'once', label: 'Once, for the whole term' },
                { value: 'month', label: 'Each month' },
                { value: 'quarter', label: 'Each quarter' },
                { value: 'year', label: 'Each year' },
              ]}
              {...form.getInputProps('period')}
            />
            {period !== 'once' && (
              <NumberInput
                label={`Rolls over at most, in ${unit}`}
                min={0}
                decimalScale={decimals}
                {...form.getInputProps('rollover')}
              />
            )}
            <Select
              label="A case is counted when it is"
              allowDeselect={false}
              data={[
                { value: 'creation', label: 'created' },
                { value: 'resolution', label: 'resolved' },
              ]}
              {...form.getInputProps('decreaseRemainingOn')}
            />
            <Select
              label="When nothing is left"
              allowDeselect={false}
              data={[
                { value: 'block', label: 'Refuse cases' },
                { value: 'allow', label: 'Allow them' },
                { value: 'charge', label: 'Allow and charge them' },
              ]}
              {...form.getInputProps('overage')}
            />
            {overage === 'charge' && (
              <>
                <TextInput
                  label={`Price of one ${allocationType === 'hours' ? 'hour' : 'case'}`}
                  placeholder="89.90"
                  inputMode="decimal"
                  {...form.getInputProps('unitPrice')}
                />
                <TextInput label="Currency" placeholder="EUR" maxLength={3} {...form.getInputProps('currency')} />
                {allocationType === 'hours' && (
                  <NumberInput
                    label="Minutes are rounded up to a multiple of"
                    min={1}
                    decimalScale={0}
                    {...form.getInputProps('billingIncrement')}
                  />
                )}
              </>
            )}
          </>
        )}
      </SimpleGrid>
      {isCounted && values.decreaseRemainingOn === 'resolution' && (
        <Switch mt="sm" label="Reserve when a case is attached" {...form.getInputProps('hold', { type: 'checkbox' })} />
      )}
    </Fieldset>
  );
}

/** What is covered, and how soon a case is answered. */
export const CoverFields = ({ form }: TermsFieldsProps) => (
  <Fieldset legend="Cover">
    <Stack gap="sm">
      <SimpleGrid cols={COLUMNS}>
        <SlaPicker
          label="SLA"
          clearable
          value={form.values.slaId}
          onChange={(id) => form.setFieldValue('slaId', id)}
          error={form.errors.slaId}
        />
        <ProductsPicker
          label="Products"
          description="None: all products"
          value={form.values.productIds}
          onChange={(ids) => form.setFieldValue('productIds', ids)}
          error={form.errors.productIds}
        />
        <NumberInput
          label="Priority"
          description="The lower number wins a tie"
          min={0}
          decimalScale={0}
          {...form.getInputProps('priority')}
        />
      </SimpleGrid>
      <ChannelRows form={form} />
    </Stack>
  </Fieldset>
);

/** What it is called, and to whom it belongs. */
export const NameFields = ({ form }: TermsFieldsProps) => (
  <Fieldset legend="Information">
    <SimpleGrid cols={COLUMNS}>
      <TextInput label="Name" required maxLength={200} {...form.getInputProps('name')} />
      <TextInput label="Tier" maxLength={40} {...form.getInputProps('tier')} />
      <TextInput label="Owner" maxLength={200} {...form.getInputProps('owner')} />
    </SimpleGrid>
    <Textarea mt="sm" label="Description" autosize maxLength={2000} {...form.getInputProps('description')} />
  </Fieldset>
);

/** How its renewals are decided. */
export function RenewalPolicyFields({ form }: TermsFieldsProps) {
  return (
    <Fieldset legend="Renewal">
      <Stack gap="sm">
        <Switch label="Starts its renewal by itself" {...form.getInputProps('renews', { type: 'checkbox' })} />
        {form.values.renews && (
          <>
            <SimpleGrid cols={COLUMNS}>
              <NumberInput label="Notice, days before the end" min={1} {...form.getInputProps('noticeDays')} />
              <NumberInput label="Reminder, days before (0: never)" min={0} {...form.getInputProps('reminderDays')} />
              <NumberInput
                label="Escalation, days before (0: never)"
                min={0}
                {...form.getInputProps('escalationDays')}
              />
              <TextInput
                label="Account manager"
                description="Empty: the customer's"
                maxLength={200}
                {...form.getInputProps('manager.name')}
              />
              <TextInput
                label="E-mail of the account manager"
                type="email"
                maxLength={320}
                {...form.getInputProps('manager.email')}
              />
              <TextInput label="Escalate to" maxLength={200} {...form.getInputProps('escalateTo.name')} />
              <TextInput
                label="E-mail for escalations"
                type="email"
                maxLength={320}
                {...form.getInputProps('escalateTo.email')}
              />
            </SimpleGrid>
            <SegmentedControl
              aria-label="What a renewal proposes"
              data={[
                { value: 'by_use', label: 'Propose by use' },
                { value: 'same_terms', label: 'Propose the same terms' },
              ]}
              {...form.getInputProps('propose')}
            />
          </>
        )}
      </Stack>
    </Fieldset>
  );
}
