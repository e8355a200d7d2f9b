import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

const TYPING_MS = 400;

interface FilterBoxProps {
  readonly label: string;
  readonly value: string | undefined;
  /** Called once the person stops typing; undefined when the box is empty. */
  readonly onChange: (text: string | undefined) => void;
  readonly error?: string | undefined;
}

/** Filters by an exact text, such as a tier. What it holds stands in the address of the page. */
export function FilterBox({ label, value = '', onChange, error }: FilterBoxProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const tell = useDebouncedCallback(
    (text: string) => onChange(text.trim() === '' ? undefined : text.trim()),
    TYPING_MS,
  );
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      error={error}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tell(currentTarget.value);
      }}
      maxLength={320}
      w={{ base: '100%', xs: 200 }}
    />
  );
}
