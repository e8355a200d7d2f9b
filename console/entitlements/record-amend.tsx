import { Group, NumberInput, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { api, type Shapes } from '../data/api.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { formErrorsOf } from '../ui/form-errors.ts';
import { minutesText } from '../ui/format.ts';
import { ReasonInput } from '../ui/reason-input.tsx';
import { useSend } from '../ui/use-send.ts';
import type { Entitlement } from './record-commands-allowed.ts';
import { PreviewShown } from './record-preview.tsx';

interface AmendValues {
  readonly when: 'now' | 'next_period' | 'day';
  readonly day: string;
  readonly totalTerm: number | string;
  readonly endDate: string;
  /** The price's amount; its currency and what it is for stay. */
  readonly amount: string;
  readonly priority: number | string;
  readonly grant: 'full' | 'prorated';
  readonly reason: string;
}

type Body = Shapes['AmendmentInput'];
type Preview = Shapes['AmendmentPreview'];

const valuesOf = ({ totalTerm, endDate, price, priority }: Entitlement): AmendValues => ({
  ...{ when: 'now', day: '', grant: 'full', reason: '' },
  totalTerm: totalTerm ?? '',
  endDate,
  amount: price?.amount ?? '',
  priority,
});

/** What differs from the entitlement as it is. */
function changesOf(entitlement: Entitlement, values: AmendValues): Body['changes'] {
  const { totalTerm, endDate, amount, priority } = values;
  const { price } = entitlement;
  return {
    ...(totalTerm === '' || totalTerm === entitlement.totalTerm ? {} : { totalTerm: Number(totalTerm) }),
    ...(endDate === '' || endDate === entitlement.endDate ? {} : { endDate }),
    ...(price === null || amount.trim() === price.amount ? {} : { price: { ...price, amount: amount.trim() } }),
    ...(priority === '' || priority === entitlement.priority ? {} : { priority: Number(priority) }),
  };
}

const bodyOf = (entitlement: Entitlement, values: AmendValues): Body => ({
  effective: values.when === 'day' ? values.day : values.when,
  changes: changesOf(entitlement, values),
  grant: values.grant,
  reason: values.reason.trim(),
});

async function preview(id: string, body: Body): Promise<Preview> {
  const { data } = await api.POST('/v1/entitlements/{id}/amendments', {
    params: { path: { id }, query: { preview: 'true' } },
    body,
  });
  if (data === undefined || !('before' in data)) throw new TypeError('The API has answered without the preview.');
  return data;
}

interface AmendDialogProps {
  readonly entitlement: Entitlement;
  readonly onClose: () => void;
}

/** Changes a running contract: first shows what it would do, then does exactly that. */
export function AmendDialog({ entitlement, onClose }: AmendDialogProps) {
  const { id, allocationType, period, price, timeZone } = entitlement;
  const form = useForm<AmendValues>({
    initialValues: valuesOf(entitlement),
    validate: {
      day: (day, { when }) => (when === 'day' && day === '' ? 'Give the day.' : null),
    },
  });
  const seeing = useMutation({ mutationFn: (body: Body) => preview(id, body) });
  const sending = useSend(
    (body: Body, key: string) =>
      api.POST('/v1/entitlements/{id}/amendments', {
        params: { path: { id } },
        headers: { 'Idempotency-Key': key },
        body,
      }),
    { onDone: onClose },
  );
  // What is typed after a preview needs another one.
  const change = (): void => {
    seeing.reset();
    sending.reset();
  };
  const error = sending.error ?? seeing.error;
  const refused = formErrorsOf(error);
  const errorOf = (field: keyof AmendValues, ...named: readonly string[]) =>
    form.errors[field] ?? named.map((name) => refused[name]).find((words) => words !== undefined);
  const seen = seeing.data;
  const field = (name: keyof AmendValues) => {
    const { onChange, ...props } = form.getInputProps(name);
    return {
      ...props,
      onChange: (value: unknown) => {
        change();
        onChange(value);
      },
    };
  };
  return (
    <ActionDialog
      opened
      onClose={onClose}
      title="Amend the entitlement"
      confirm={seen === undefined ? 'Show what it would do' : 'Amend'}
      isPending={seeing.isPending || sending.isPending}
      error={error}
      onConfirm={() => {
        if (form.validate().hasErrors) return;
        const body = bodyOf(entitlement, form.values);
        if (seen === undefined) seeing.mutate(body);
        else sending.send(seen.token === null ? body : { ...body, token: seen.token });
      }}
    >
      <Text>The contract goes on without a hole in its cover. Its days are days in {timeZone}.</Text>
      <Radio.Group label="Counts" {...field('when')}>
        <Stack gap="xs" mt="xs">
          <Radio value="now" label="Now" />
          {period !== null && <Radio value="next_period" label="With the next period" />}
          <Radio value="day" label="From a day on" />
        </Stack>
      </Radio.Group>
      {form.values.when === 'day' && (
        <TextInput type="date" label="Day" {...field('day')} error={errorOf('day', 'effective')} />
      )}
      <Group grow align="flex-start">
        {allocationType !== 'unlimited' && (
          <NumberInput
            label={allocationType === 'hours' ? 'Total, in minutes' : 'Total'}
            description={
              allocationType === 'hours' && typeof form.values.totalTerm === 'number'
                ? minutesText(form.values.totalTerm)
                : undefined
            }
            min={0}
            allowDecimal={false}
            {...field('totalTerm')}
            error={errorOf('totalTerm', 'changes.totalTerm')}
          />
        )}
        <TextInput type="date" label="Last day" {...field('endDate')} error={errorOf('endDate', 'changes.endDate')} />
      </Group>
      <Group grow align="flex-start">
        {price !== null && (
          <TextInput
            label={`Price in ${price.currency}`}
            inputMode="decimal"
            {...field('amount')}
            error={errorOf('amount', 'changes.price.amount', 'changes.price')}
          />
        )}
        <NumberInput
          label="Priority in matching"
          min={0}
          allowDecimal={false}
          {...field('priority')}
          error={errorOf('priority', 'changes.priority')}
        />
      </Group>
      <Radio.Group label="A changed total grants" {...field('grant')}>
        <Stack gap="xs" mt="xs">
          <Radio value="full" label="The whole difference" />
          <Radio value="prorated" label="Its part for the days left" />
        </Stack>
      </Radio.Group>
      <ReasonInput
        required
        description="Kept in the history and the audit."
        value={form.values.reason}
        onChange={(reason) => {
          change();
          form.setFieldValue('reason', reason);
        }}
      />
      {seen !== undefined && <PreviewShown preview={seen} />}
    </ActionDialog>
  );
}
