import { Accordion, NumberInput, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import { CustomerPicker } from '../pickers/customer-picker.tsx';
import { TimeZonePicker } from '../pickers/time-zone-picker.tsx';
import { AllocationSection } from './form-allocation.tsx';
import { ChannelsSection } from './form-channels.tsx';
import { CoverSection, MatchingFields } from './form-cover.tsx';
import { DayInput, type EntitlementForm, fieldAt } from './form-parts.tsx';
import { RenewalSection } from './form-renewal.tsx';
import { SECTION_ORDER, type Section } from './form-section-names.ts';
import { type Duration, type Entitlement, lastDay } from './form-values.ts';

const TITLES: Readonly<Record<Section, string>> = {
  general: 'General',
  term: 'Term',
  allocation: 'Allocation',
  channels: 'Channels',
  cover: 'Products, contacts and service level',
  renewal: 'Renewal',
};

interface FormSectionsProps {
  readonly form: EntitlementForm;
  /** Null: a new one. */
  readonly record: Entitlement | null;
  /** How long it lasts: the end follows the start until a person writes another one. */
  readonly duration: Duration | null;
  readonly open: readonly Section[];
  readonly onOpen: (sections: readonly Section[]) => void;
}

/** All fields of an entitlement, in sections that fold. */
export function FormSections(props: FormSectionsProps) {
  const bodies: Readonly<Record<Section, React.ReactNode>> = {
    general: <General {...props} />,
    term: <Term {...props} />,
    allocation: <AllocationSection {...props} />,
    channels: <ChannelsSection form={props.form} />,
    cover: <CoverSection form={props.form} />,
    renewal: <RenewalSection form={props.form} isNew={props.record === null} />,
  };
  return (
    <Accordion
      multiple
      variant="separated"
      order={2}
      keepMounted
      keepMountedMode="display-none"
      value={[...props.open]}
      onChange={(next) => props.onOpen(SECTION_ORDER.filter((section) => next.includes(section)))}
    >
      {SECTION_ORDER.map((section) => (
        <Accordion.Item key={section} value={section} bg="var(--mantine-color-body)">
          <Accordion.Control fw={600}>{TITLES[section]}</Accordion.Control>
          <Accordion.Panel>{bodies[section]}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

const TWO_COLUMNS = { base: 1, sm: 2 };

function General({ form, record }: FormSectionsProps) {
  return (
    <SimpleGrid cols={TWO_COLUMNS}>
      <TextInput label="Name" withAsterisk maxLength={200} {...form.getInputProps('name')} />
      <CustomerPicker
        label="Customer"
        withAsterisk
        description={
          record === null
            ? 'One customer; its contacts can be named below.'
            : 'It can no longer change once a case has attached.'
        }
        {...fieldAt(form, 'customerId', form.values.customerId)}
        onChange={(id) => {
          // Contacts belong to one customer.
          form.setFieldValue('contactIds', []);
          form.setFieldValue('customerId', id);
        }}
      />
      <TextInput
        label="Owner"
        description="The user who owns the entitlement"
        maxLength={200}
        {...form.getInputProps('owner')}
      />
      <MatchingFields form={form} />
      <Textarea label="Description" autosize minRows={2} maxLength={2_000} {...form.getInputProps('description')} />
    </SimpleGrid>
  );
}

function Term({ form, record, duration }: FormSectionsProps) {
  const hasSuccessor = record !== null && record.renewedById !== null;
  const fixed = hasSuccessor ? 'Its successor begins where this one ends, so this can no longer change.' : undefined;
  const changeStart = (startDate: string) => {
    const { startDate: before, endDate } = form.values;
    form.setFieldValue('startDate', startDate);
    if (duration !== null && startDate !== '' && endDate === lastDay(before, duration))
      form.setFieldValue('endDate', lastDay(startDate, duration));
  };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
      <DayInput
        label="Start date"
        withAsterisk
        description="Covered from the start of this day"
        {...form.getInputProps('startDate')}
        onChange={({ currentTarget }) => changeStart(currentTarget.value)}
      />
      <DayInput
        label="End date"
        withAsterisk
        description={fixed ?? 'Covered to the end of this day'}
        disabled={hasSuccessor}
        {...form.getInputProps('endDate')}
      />
      <TimeZonePicker
        label="Time zone"
        description={
          fixed ?? (record === null ? "Empty: the customer's zone, else UTC" : 'The days are days of this zone.')
        }
        disabled={hasSuccessor}
        clearable={record === null}
        {...fieldAt(form, 'timeZone', form.values.timeZone)}
      />
      <NumberInput
        label="Grace, in days"
        description="Cases still attach for so many days after the end, until a successor starts."
        disabled={hasSuccessor}
        min={0}
        max={90}
        allowDecimal={false}
        allowNegative={false}
        {...form.getInputProps('graceDays')}
      />
    </SimpleGrid>
  );
}
