import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

const TYPING_MS = 400;

interface FilterBoxProps {
  readonly label: string;
  readonly value: string | undefined;
  /** Called once the person stops typing; undefined when the box is empty. */
  readonly onChange: (text: string | undefined) => void;
  /** The label stands above the box, as beside other fields; else inside it. */
  readonly isLabelled?: boolean;
}

/** Filters by an exact text, such as a tier. What it holds stands in the address of the page. */
export function FilterBox({ label, value = '', onChange, isLabelled = false }: FilterBoxProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const tell = useDebouncedCallback(
    (text: string) => onChange(text.trim() === '' ? undefined : text.trim()),
    TYPING_MS,
  );
  return (
    <TextInput
      {...(isLabelled ? { label } : { 'aria-label': label, placeholder: label })}
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
