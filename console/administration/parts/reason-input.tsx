import { TextInput } from '@mantine/core';

const MAX_LENGTH = 500;

interface ReasonInputProps {
  readonly value: string;
  readonly onChange: (reason: string) => void;
}

/** Why something is changed, for the audit. */
export const ReasonInput = ({ value, onChange }: ReasonInputProps) => (
  <TextInput
    label="Reason"
    description="Optional. The audit keeps it."
    maxLength={MAX_LENGTH}
    value={value}
    onChange={({ currentTarget }) => onChange(currentTarget.value)}
  />
);

/** The reason as the API takes it: left out when nothing was typed. */
export const reasonIn = (text: string): { reason?: string } => (text.trim() === '' ? {} : { reason: text.trim() });
