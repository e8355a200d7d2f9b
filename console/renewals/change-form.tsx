import { Button, Group, NumberInput, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { LONGEST_REASON } from '../data/limits.ts';
import { AllotmentFields, CoverFields, NameFields, RenewalPolicyFields } from '../terms/terms-fields.tsx';
import type { TermsValues } from '../terms/terms-values.ts';
import { changedFields, NEW_TERMS, termsErrorsOf, valuesOf } from '../terms/terms-values.ts';
import { ErrorNote } from '../ui/action-dialog.tsx';
import { AcceptanceNotes, type DecisionProps, LostAnswer } from './decision-dialogs.tsx';
import type { RenewalRecord } from './record.ts';
import { plusDays } from './words.ts';

const NOTHING_CHANGED =
  'You have not changed anything yet. To accept the proposal as it is, choose “Accept as proposed”.';

/** What the successor would have if it were accepted as proposed. Readers who may not read the terms see no others. */
function proposedValues({ renewal, entitlement }: RenewalRecord): TermsValues {
  const { changes, usage } = renewal.proposal;
  if (entitlement !== null) return valuesOf({ ...entitlement, ...changes });
  return { ...NEW_TERMS, allocationType: changes.allocationType ?? (usage.unit === 'minutes' ? 'hours' : 'cases') };
}

/** Accepts with other terms than those proposed. Fields that are left as proposed are not sent. */
export function ChangeForm({ record, decision, onClose }: DecisionProps) {
  const { renewal, entitlement, today } = record;
  const { send, isPending, error } = decision;
  const heading = useId();
  const title = useRef<HTMLHeadingElement>(null);
  const [proposed] = useState(() => proposedValues(record));
  const form = useForm<TermsValues>({ initialValues: proposed });
  const [endDate, setEndDate] = useState('');
  const [reason, setReason] = useState('');
  const [isUnchanged, setIsUnchanged] = useState(false);
  const errors = termsErrorsOf(error, 'changes.');
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer brings new errors, and nothing else does.
  useEffect(() => form.setErrors(termsErrorsOf(error, 'changes.')), [error]);
  useEffect(() => title.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const changes = { ...changedFields(proposed, form.values), ...(endDate === '' ? {} : { endDate }) };
    setIsUnchanged(Object.keys(changes).length === 0);
    if (Object.keys(changes).length === 0) return;
    send({ command: 'accept', body: { changes, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) } });
  };
  return (
    <Paper component="section" aria-labelledby={heading} withBorder p="md">
      <form onSubmit={submit} noValidate>
        <Stack>
          <Title order={2} id={heading} ref={title} tabIndex={-1}>
            Change, then accept
          </Title>
          <AcceptanceNotes record={record} />
          <Text c="dimmed">Fields that you do not change are accepted as proposed.</Text>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            <TextInput
              type="date"
              label="Last day (empty: same length as before)"
              min={renewal.stage === 'lapsed' ? today : plusDays(renewal.endDate, 1)}
              value={endDate}
              onChange={({ currentTarget }) => setEndDate(currentTarget.value)}
              error={errors.endDate}
            />
            {entitlement === null && renewal.proposal.usage.granted !== null && (
              <NumberInput label={`Total, in ${form.values.allocationType}`} min={0} {...form.getInputProps('total')} />
            )}
          </SimpleGrid>
          {entitlement !== null && (
            <>
              <AllotmentFields form={form} />
              <CoverFields form={form} />
              <NameFields form={form} />
              <RenewalPolicyFields form={form} />
            </>
          )}
          <TextInput
            label="Reason (optional)"
            maxLength={LONGEST_REASON}
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
            error={errors.reason}
          />
          {isUnchanged && <Text role="alert">{NOTHING_CHANGED}</Text>}
          <LostAnswer error={error} />
          <ErrorNote error={error} />
          <Group gap="xs">
            <Button type="submit" loading={isPending}>
              Accept with these changes
            </Button>
            <Button variant="default" onClick={onClose}>
              Not now
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
