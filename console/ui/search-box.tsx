import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTypedFilter } from './use-typed-filter.ts';

const TYPING_MS = 250;

interface SearchBoxProps {
  readonly label: string;
  readonly value: string | undefined;
  /** Called once the person stops typing; undefined when the box is empty. */
  readonly onChange: (text: string | undefined) => void;
}

/** Searches as one types. What it holds stands in the address of the page. */
export function SearchBox({ label, value, onChange }: SearchBoxProps) {
  const { typed, type } = useTypedFilter(value, onChange, TYPING_MS);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} aria-hidden />}
      value={typed}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      maxLength={200}
      w={{ base: '100%', xs: 260 }}
    />
  );
}
