import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { LONGEST_REASON } from '../data/limits.ts';

interface ReasonInputProps {
  readonly value: string;
  readonly onChange: (reason: string) => void;
  readonly label?: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly error?: ReactNode;
  readonly 'data-path'?: string;
}

/** Why something is changed, for the audit or the ledger. */
export const ReasonInput = ({
  value,
  onChange,
  label = 'Reason',
  description = 'Optional. The audit keeps it.',
  required = false,
  error,
  ...field
}: ReasonInputProps) => (
  <Textarea
    {...field}
    label={label}
    description={description}
    required={required}
    error={error}
    maxLength={LONGEST_REASON}
    autosize
    minRows={1}
    value={value}
    onChange={({ currentTarget }) => onChange(currentTarget.value)}
  />
);

/** The reason as the API takes it: left out when nothing was typed. */
export const reasonIn = (text: string): { reason?: string } => (text.trim() === '' ? {} : { reason: text.trim() });
