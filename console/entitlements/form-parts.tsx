import { Group, Input, NumberInput, Radio, Stack, TextInput, type TextInputProps } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import type { FormValues } from './form-values.ts';

export type EntitlementForm = UseFormReturnType<FormValues>;

/** The field at a path of the form, whose value is given, as pickers and the parts below take it. */
export const fieldAt = <Value,>(form: EntitlementForm, path: string, value: Value) => ({
  value,
  onChange: (next: Value) => form.setFieldValue(path, next),
  error: form.errors[path],
  'data-path': path,
});

/** A day. The browser's own field: it takes typing and has a calendar, in the language of the person. */
export const DayInput = (props: TextInputProps) => (
  <TextInput type="date" min="1900-01-01" max="9999-12-31" {...props} />
);

const MINUTES_PER_HOUR = 60;
const MOST = 1_000_000_000;

interface TermInputProps {
  readonly label: string;
  readonly description?: ReactNode;
  readonly unit: FormValues['allocationType'];
  /** Cases, or whole minutes; null: nothing was typed. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly error?: ReactNode;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly 'data-path'?: string;
}

const numberOrNull = (value: number | string): number | null => (typeof value === 'number' ? value : null);

/** An amount of term: a number of cases, or hours and minutes. */
export function TermInput({ unit, value, onChange, label, description, error, required, ...field }: TermInputProps) {
  if (unit !== 'hours')
    return (
      <NumberInput
        {...field}
        label={label}
        description={description}
        error={error}
        withAsterisk={required}
        value={value ?? ''}
        onChange={(next) => onChange(numberOrNull(next))}
        min={0}
        max={MOST}
        allowDecimal={false}
        allowNegative={false}
        hideControls
      />
    );
  const hours = value === null ? '' : Math.floor(value / MINUTES_PER_HOUR);
  const minutes = value === null ? '' : value % MINUTES_PER_HOUR;
  const change = (nextHours: number | null, nextMinutes: number | null) =>
    onChange(
      nextHours === null && nextMinutes === null ? null : (nextHours ?? 0) * MINUTES_PER_HOUR + (nextMinutes ?? 0),
    );
  return (
    <Input.Wrapper
      label={label}
      description={description}
      error={error}
      withAsterisk={required}
      labelElement="div"
      role="group"
      aria-label={label}
    >
      <Group gap="xs" wrap="nowrap" mt={4}>
        <NumberInput
          {...field}
          aria-label={`${label}: hours`}
          error={error !== undefined && error !== null}
          value={hours}
          onChange={(next) => change(numberOrNull(next), value === null ? null : value % MINUTES_PER_HOUR)}
          suffix=" h"
          min={0}
          max={MOST}
          allowDecimal={false}
          allowNegative={false}
          hideControls
        />
        <NumberInput
          aria-label={`${label}: minutes`}
          disabled={field.disabled}
          value={minutes}
          onChange={(next) => change(hours === '' ? null : hours, numberOrNull(next))}
          suffix=" min"
          min={0}
          max={MINUTES_PER_HOUR - 1}
          clampBehavior="strict"
          allowDecimal={false}
          allowNegative={false}
          hideControls
        />
      </Group>
    </Input.Wrapper>
  );
}

interface ChoiceProps<Word extends string> {
  readonly label: string;
  readonly description?: ReactNode;
  readonly value: Word;
  readonly onChange: (value: Word) => void;
  readonly choices: readonly { readonly value: Word; readonly label: string; readonly description?: string }[];
  readonly error?: ReactNode;
  readonly disabled?: boolean;
  readonly 'data-path'?: string;
}

/** One of a few choices, each with its rule beside it. */
export function Choice<Word extends string>({ choices, onChange, disabled, ...field }: ChoiceProps<Word>) {
  return (
    <Radio.Group
      {...field}
      onChange={(next) => {
        const chosen = choices.find(({ value }) => value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      <Stack gap="xs" mt={6}>
        {choices.map(({ value, label, description }) => (
          <Radio key={value} value={value} label={label} description={description} disabled={disabled} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
