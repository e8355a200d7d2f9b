import { Loader, MultiSelect, Select, Text } from '@mantine/core';
import { Name } from '../ui/name.tsx';
import type { Found, MultiPickerProps, Option, PickerProps } from './picker-props.ts';
import type { PickerSearch } from './picker-search.ts';

/**
 * What the API found by the typed text is shown as it is. Until then the picker itself searches in what it has, so that a
 * quick hand never chooses from a list that was not meant.
 */
const asFound = <Options,>({ options }: { readonly options: Options }) => options;

interface SearchedProps {
  readonly found: Found;
  /** Absent: all there is was read, and the picker itself searches in it. */
  readonly search?: PickerSearch;
}

const LOCALLY_SHOWN = 100;

/** What both kinds of picker share. */
function partsOf(
  { options, isFetching, isFailed }: Found,
  search: PickerSearch | undefined,
  chosen: readonly string[],
) {
  const labels = new Set(options.filter(({ value }) => chosen.includes(value)).map(({ label }) => label));
  return {
    searchable: true,
    data: [...options],
    nothingFoundMessage: isFetching ? 'Searching …' : isFailed ? 'The list could not be read' : 'Nothing found',
    rightSection: isFetching ? <Loader size={14} /> : undefined,
    renderOption: ({ option }: { readonly option: Option }) => <OptionRow option={option} among={options} />,
    ...(search === undefined
      ? { limit: LOCALLY_SHOWN }
      : {
          filter: search.isBehind || isFetching ? undefined : asFound,
          searchValue: search.typed,
          onSearchChange: (text: string) => search.change(text, !labels.has(text)),
        }),
  };
}

/** The button that clears a picker can be reached with the keyboard. */
const clearing = (label: string) => ({ 'aria-label': `Clear ${label}`, 'aria-hidden': false, tabIndex: 0 });

/** Picks a record by typing part of its name. */
export function RecordPicker({ found, search, value, clearable = true, ...field }: PickerProps & SearchedProps) {
  return (
    <Select
      {...partsOf(found, search, value === null ? [] : [value])}
      {...field}
      value={value}
      allowDeselect={false}
      clearable={clearable}
      clearButtonProps={clearing(field.label)}
    />
  );
}

/** Picks several records by typing parts of their names. Backspace takes the last one away. */
export function RecordsPicker({ found, search, value, clearable = true, ...field }: MultiPickerProps & SearchedProps) {
  return (
    <MultiSelect
      {...partsOf(found, search, [])}
      {...field}
      value={[...value]}
      clearable={clearable}
      clearButtonProps={clearing(field.label)}
    />
  );
}

/** An option in the list. Where two have the same name, each shows its id, too. */
function OptionRow({ option, among }: { readonly option: Option; readonly among: readonly Option[] }) {
  const isAlone = among.every(({ value, label }) => value === option.value || label !== option.label);
  return (
    <span>
      <Name>{option.label}</Name>
      {!isAlone && (
        <Text size="xs" c="dimmed">
          {option.value}
        </Text>
      )}
    </span>
  );
}
