import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';

const TYPING_MS = 200;

/** What a picker shows of a record. */
export interface Option {
  readonly value: string;
  readonly label: string;
}

/** How one kind of record is searched and read; a hook, as it asks the API. */
export type UseOptions = (
  search: string,
  chosen: string | null,
) => { readonly options: readonly Option[]; readonly isFetching: boolean };

export interface PickerProps {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly error?: React.ReactNode;
  readonly description?: React.ReactNode;
}

/** Picks a record by typing part of its name. */
export function RecordPicker({
  useOptions,
  value,
  onChange,
  ...rest
}: PickerProps & { readonly useOptions: UseOptions }) {
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, TYPING_MS);
  const { options, isFetching } = useOptions(asked, value);
  return (
    <Select
      searchable
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${rest.label}` }}
      data={[...options]}
      value={value}
      onChange={onChange}
      searchValue={search}
      onSearchChange={setSearch}
      // The API has searched already.
      filter={({ options: found }) => found}
      nothingFoundMessage={isFetching ? 'Searching …' : 'Nothing found'}
      rightSection={isFetching ? <Loader size={14} /> : undefined}
      {...rest}
    />
  );
}
