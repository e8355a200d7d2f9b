import { Group, NumberInput, Select, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { SettingsValues } from './settings-values.ts';

interface RenewalPolicyFieldsProps {
  readonly form: UseFormReturnType<SettingsValues>;
}

/** The policy of new entitlements that name none. */
export function RenewalPolicyFields({ form }: RenewalPolicyFieldsProps) {
  return (
    <Stack>
      <Switch
        label="Renew new entitlements automatically"
        description="Unless an entitlement or its template has a policy of its own."
        {...form.getInputProps('isRenewed', { type: 'checkbox' })}
      />
      {form.values.isRenewed && (
        <>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <Days form={form} name="noticeDays" label="First notice" min={1} />
            <Days form={form} name="reminderDays" label="Reminder" min={0} />
            <Days form={form} name="escalationDays" label="Escalation" min={0} />
          </SimpleGrid>
          <Select
            label="Proposal"
            allowDeselect={false}
            data={[
              { value: 'by_use', label: 'By what was used' },
              { value: 'same_terms', label: 'The same terms again' },
            ]}
            {...form.getInputProps('renewalPolicy.propose')}
          />
          <Person form={form} name="accountManager" label="Account manager" empty="Empty: the customer's own." />
          <Person form={form} name="escalateTo" label="Escalate to" empty="Empty: nobody." />
        </>
      )}
    </Stack>
  );
}

interface DaysProps extends RenewalPolicyFieldsProps {
  readonly name: 'noticeDays' | 'reminderDays' | 'escalationDays';
  readonly label: string;
  readonly min: number;
}

const Days = ({ form, name, label, min }: DaysProps) => (
  <NumberInput
    label={label}
    description={min === 0 ? 'Days before the end; 0: none' : 'Days before the end'}
    min={min}
    allowDecimal={false}
    required
    {...form.getInputProps(`renewalPolicy.${name}`)}
  />
);

interface PersonProps extends RenewalPolicyFieldsProps {
  readonly name: 'accountManager' | 'escalateTo';
  readonly label: string;
  readonly empty: string;
}

const Person = ({ form, name, label, empty }: PersonProps) => (
  <Group grow align="flex-start">
    <TextInput label={`${label}: name`} description={empty} {...form.getInputProps(`renewalPolicy.${name}.name`)} />
    <TextInput
      label={`${label}: e-mail`}
      description="Gets the mails of the renewal."
      type="email"
      {...form.getInputProps(`renewalPolicy.${name}.email`)}
    />
  </Group>
);
