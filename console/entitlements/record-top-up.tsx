import { Group, NumberInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '../data/api.ts';
import { fieldsOf, isRefusedAs } from '../data/api-problem.ts';
import { LONGEST_REASON } from '../data/limits.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { formErrorsOf } from '../ui/form-errors.ts';
import { dayText, minutesText } from '../ui/format.ts';
import { useSend } from '../ui/use-send.ts';
import { ChangedMeanwhile } from './record-changed.tsx';
import type { Entitlement } from './record-commands-allowed.ts';
import { useSeenVersion } from './seen-version.ts';

interface TopUp {
  readonly amount: number | string;
  readonly startsOn: string;
  readonly expiresOn: string;
  readonly price: string;
  readonly currency: string;
  readonly reason: string;
}

const NOTHING: TopUp = { amount: '', startsOn: '', expiresOn: '', price: '', currency: '', reason: '' };
const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** Adds bought term. What is typed stays when it is refused or the connection fails. */
export function TopUpDialog({
  entitlement,
  onClose,
}: {
  readonly entitlement: Entitlement;
  readonly onClose: () => void;
}) {
  const { id, allocationType, endDate, timeZone } = entitlement;
  const seen = useSeenVersion(entitlement.version);
  const form = useForm<TopUp>({
    initialValues: NOTHING,
    validate: {
      amount: (amount) => (typeof amount === 'number' && amount >= 1 ? null : 'Say how much is added.'),
      currency: (currency, { price }) =>
        orNull(price) !== null && orNull(currency) === null ? 'A price needs its currency.' : null,
    },
  });
  const sending = useSend(
    ({ sent, ifVersion }: { readonly sent: TopUp; readonly ifVersion: number }, key: string) =>
      api.POST('/v1/entitlements/{id}/top-ups', {
        params: { path: { id } },
        headers: { 'Idempotency-Key': key, 'If-Match': `"${ifVersion}"` },
        body: {
          amount: Number(sent.amount),
          startsOn: orNull(sent.startsOn),
          expiresOn: orNull(sent.expiresOn),
          price: orNull(sent.price),
          currency: orNull(sent.currency)?.toUpperCase() ?? null,
          ...(orNull(sent.reason) === null ? {} : { reason: sent.reason.trim() }),
        },
      }),
    { onDone: onClose },
  );
  const look = () => {
    seen.release();
    sending.reset();
  };
  const isChanged = isRefusedAs(sending.error, 'conflict', 'wrong_state');
  const refused = formErrorsOf(sending.error);
  const errorOf = (field: keyof TopUp) => form.errors[field] ?? refused[field];
  // What has a place of its own on the screen stands there, and nowhere else.
  const isPlaced = fieldsOf(sending.error).length > 0 && Object.keys(refused).every((field) => field in NOTHING);
  const minutes = typeof form.values.amount === 'number' && allocationType === 'hours' ? form.values.amount : null;
  const unit = allocationType === 'hours' ? 'Minutes' : 'Cases';
  return (
    <ActionDialog
      opened
      onClose={onClose}
      title="Top up the entitlement"
      confirm="Add the term"
      isPending={sending.isPending}
      error={isChanged || isPlaced ? null : sending.error}
      onConfirm={() => {
        if (form.validate().hasErrors) return;
        seen.hold();
        sending.send({ sent: form.values, ifVersion: seen.version });
      }}
    >
      <Text>It is used after the allotment. Its days are days in {timeZone}.</Text>
      <NumberInput
        label={unit}
        withAsterisk
        min={1}
        allowDecimal={false}
        description={minutes === null ? undefined : minutesText(minutes)}
        {...form.getInputProps('amount')}
        error={errorOf('amount')}
        data-autofocus
      />
      <Group grow align="flex-start">
        <TextInput
          type="date"
          label="First day"
          description="Empty: at once"
          {...form.getInputProps('startsOn')}
          error={errorOf('startsOn')}
        />
        <TextInput
          type="date"
          label="Last day"
          description={`Empty: until ${dayText(endDate)}`}
          {...form.getInputProps('expiresOn')}
          error={errorOf('expiresOn')}
        />
      </Group>
      <Group grow align="flex-start">
        <TextInput
          label="Price of all of it"
          placeholder="89.90"
          inputMode="decimal"
          {...form.getInputProps('price')}
          error={errorOf('price')}
        />
        <TextInput
          label="Currency"
          placeholder="EUR"
          maxLength={3}
          {...form.getInputProps('currency')}
          error={errorOf('currency')}
        />
      </Group>
      <TextInput
        label="Reason, if there is one"
        maxLength={LONGEST_REASON}
        {...form.getInputProps('reason')}
        error={errorOf('reason')}
      />
      {isChanged && <ChangedMeanwhile error={sending.error} onReload={look} />}
    </ActionDialog>
  );
}
