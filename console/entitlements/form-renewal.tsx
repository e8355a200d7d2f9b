import { Fieldset, NumberInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { Choice, type EntitlementForm, fieldAt } from './form-parts.tsx';

const NONE = { value: 'none', label: 'None', description: 'Nobody is told before it ends.' } as const;
const OWN = { value: 'own', label: 'A policy of its own' } as const;
const ORGANISATION = {
  value: 'default',
  label: "The organisation's policy",
  description: 'As the settings have it',
} as const;

const PROPOSALS = [
  { value: 'by_use', label: 'By use', description: 'Terms that fit what was used' },
  { value: 'same_terms', label: 'The same terms' },
] as const;

interface RenewalSectionProps {
  readonly form: EntitlementForm;
  readonly isNew: boolean;
}

/** Who is told before the entitlement ends, when, and what is proposed. */
export function RenewalSection({ form, isNew }: RenewalSectionProps) {
  return (
    <Stack gap="lg">
      <Choice
        label="Renewal policy"
        choices={isNew ? [ORGANISATION, NONE, OWN] : [NONE, OWN]}
        {...fieldAt(form, 'renewal', form.values.renewal)}
        error={form.errors.renewalPolicy}
      />
      {form.values.renewal === 'own' && <Policy form={form} />}
    </Stack>
  );
}

const WHOLE_DAYS = { max: 3_650, allowDecimal: false, allowNegative: false } as const;

const Policy = ({ form }: { readonly form: EntitlementForm }) => (
  <Stack gap="lg">
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <NumberInput
        label="Notice, days before the end"
        description="From 1 to 3650"
        min={1}
        {...WHOLE_DAYS}
        {...form.getInputProps('renewalPolicy.noticeDays')}
      />
      <NumberInput
        label="Reminder, days before the end"
        description="Not more than the notice"
        min={0}
        {...WHOLE_DAYS}
        {...form.getInputProps('renewalPolicy.reminderDays')}
      />
      <NumberInput
        label="Escalation, days before the end"
        description="Not more than the reminder, or the notice without one"
        min={0}
        {...WHOLE_DAYS}
        {...form.getInputProps('renewalPolicy.escalationDays')}
      />
    </SimpleGrid>
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Person
        form={form}
        path="renewalPolicy.accountManager"
        legend="Account manager"
        rule="Both empty: the customer's account manager"
      />
      <Person form={form} path="renewalPolicy.escalateTo" legend="Escalate to" rule="Both empty: nobody" />
    </SimpleGrid>
    <Choice
      label="Propose"
      choices={PROPOSALS}
      {...fieldAt(form, 'renewalPolicy.propose', form.values.renewalPolicy.propose)}
    />
  </Stack>
);

interface PersonProps {
  readonly form: EntitlementForm;
  readonly path: string;
  readonly legend: string;
  readonly rule: string;
}

const Person = ({ form, path, legend, rule }: PersonProps) => (
  <Fieldset legend={legend}>
    <TextInput label="Name" description={rule} maxLength={200} {...form.getInputProps(`${path}.name`)} />
    <TextInput label="E-mail" type="email" mt="sm" maxLength={320} {...form.getInputProps(`${path}.email`)} />
  </Fieldset>
);
