import { TextInput } from '@mantine/core';
import { useTypedFilter } from './use-typed-filter.ts';

const TYPING_MS = 400;

interface FilterBoxProps {
  readonly label: string;
  readonly value: string | undefined;
  /** Called once the person stops typing; undefined when the box is empty. */
  readonly onChange: (text: string | undefined) => void;
  /** The label stands above the box, as beside other fields; else inside it. */
  readonly isLabelled?: boolean;
  /** Under the label. */
  readonly description?: string;
}

/** Filters by an exact text, such as a tier. What it holds stands in the address of the page. */
export function FilterBox({ label, value, onChange, isLabelled = false, description }: FilterBoxProps) {
  const { typed, type } = useTypedFilter(value, onChange, TYPING_MS);
  return (
    <TextInput
      {...(isLabelled ? { label } : { 'aria-label': label, placeholder: label })}
      value={typed}
      description={description}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      maxLength={320}
      w={{ base: '100%', xs: description === undefined ? 200 : undefined }}
    />
  );
}
