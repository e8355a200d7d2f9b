import { Checkbox, Group, Select, TextInput } from '@mantine/core';
import { CustomerPicker } from '../pickers/customer-picker.tsx';
import { FilterBox } from '../ui/filter-box.tsx';
import type { ReportParam, ReportSearch } from './report-search.ts';

/** Changes what the address says; undefined takes a filter away. */
export type ChangeFilters = (changes: { readonly [Name in ReportParam]?: string | undefined }) => void;

/** The filters that a report has, by the names of the address. */
export type FilterName = Exclude<ReportParam, 'sort' | 'cursor'>;

interface FilterProps {
  readonly search: ReportSearch;
  readonly change: ChangeFilters;
}

interface ChoiceProps extends FilterProps {
  readonly name: FilterName;
  readonly label: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
  /** What the report does when nothing is chosen: one of the choices, or a word of its own for all. */
  readonly unchosen: string;
}

/** One of a few values. A value of the address that is none of them is shown as it is; the API says what is wrong. */
function Choice({ search, change, name, label, choices, unchosen }: ChoiceProps) {
  const value = search[name];
  const isKnown = value === undefined || choices.some(([known]) => known === value);
  const isChoice = choices.some(([known]) => known === unchosen);
  const all = [
    ...(isChoice ? [] : [{ value: '', label: unchosen }]),
    ...(isKnown ? [] : [{ value, label: value }]),
    ...choices.map(([known, text]) => ({ value: known, label: text })),
  ];
  const byDefault = isChoice ? unchosen : '';
  return (
    <Select
      label={label}
      data={all}
      value={value ?? byDefault}
      allowDeselect={false}
      onChange={(next) => change({ [name]: next === byDefault || next === null ? undefined : next })}
      w={{ base: '100%', xs: 170 }}
    />
  );
}

function Day({
  search,
  change,
  name,
  label,
}: FilterProps & { readonly name: 'since' | 'until'; readonly label: string }) {
  return (
    <TextInput
      type="date"
      label={label}
      value={search[name] ?? ''}
      onChange={({ currentTarget: { value } }) => change({ [name]: value === '' ? undefined : value })}
      w={{ base: '100%', xs: 160 }}
    />
  );
}

const FILTERS: Readonly<Record<FilterName, (props: FilterProps) => React.ReactNode>> = {
  by: (props) => (
    <Choice
      {...props}
      name="by"
      label="By"
      unchosen="customer"
      choices={[
        ['customer', 'Customer'],
        ['tier', 'Tier'],
        ['entitlement', 'Entitlement'],
      ]}
    />
  ),
  threshold: (props) => (
    <Choice
      {...props}
      name="threshold"
      label="Used at least"
      unchosen="0.75"
      choices={[
        ['0', 'anything'],
        ['0.5', '50 %'],
        ['0.75', '75 %'],
        ['0.9', '90 %'],
        ['1', '100 %'],
      ]}
    />
  ),
  days: (props) => (
    <Choice
      {...props}
      name="days"
      label="Ends within"
      unchosen="30"
      choices={[
        ['7', '7 days'],
        ['30', '30 days'],
        ['60', '60 days'],
        ['90', '90 days'],
        ['180', '180 days'],
        ['365', '365 days'],
      ]}
    />
  ),
  renewed: (props) => (
    <Choice
      {...props}
      name="renewed"
      label="Renewed"
      unchosen="renewed or not"
      choices={[
        ['true', 'renewed'],
        ['false', 'not renewed'],
      ]}
    />
  ),
  stage: (props) => (
    <Choice
      {...props}
      name="stage"
      label="Stage"
      unchosen="every stage"
      choices={['open', 'snoozed', 'accepted', 'declined', 'lapsed', 'withdrawn'].map((stage) => [stage, stage])}
    />
  ),
  unit: (props) => (
    <Choice
      {...props}
      name="unit"
      label="Counted in"
      unchosen="every unit"
      choices={[
        ['cases', 'cases'],
        ['hours', 'hours'],
        ['unlimited', 'unlimited'],
      ]}
    />
  ),
  since: (props) => <Day {...props} name="since" label="From (UTC)" />,
  until: (props) => <Day {...props} name="until" label="To (UTC)" />,
  customer: ({ search, change }) => (
    <CustomerPicker
      label="Customer"
      value={search.customer ?? null}
      clearable
      onChange={(id) => change({ customer: id ?? undefined })}
    />
  ),
  tier: ({ search, change }) => (
    <FilterBox label="Tier" isLabelled value={search.tier} onChange={(tier) => change({ tier })} />
  ),
  withoutTier: ({ search, change }) => (
    <Checkbox
      label="Only without a tier"
      checked={search.withoutTier === 'true'}
      pb={8}
      onChange={({ currentTarget: { checked } }) => change({ withoutTier: checked ? 'true' : undefined })}
    />
  ),
  owner: ({ search, change }) => (
    <FilterBox label="Owner" isLabelled value={search.owner} onChange={(owner) => change({ owner })} />
  ),
};

/** The filters of a report. What they hold stands in the address. */
export const ReportFilters = ({ names, ...props }: FilterProps & { readonly names: readonly FilterName[] }) => (
  <Group gap="sm" align="flex-end" component="search" aria-label="Filters">
    {names.map((name) => (
      <Filter key={name} name={name} {...props} />
    ))}
  </Group>
);

function Filter({ name, ...props }: FilterProps & { readonly name: FilterName }) {
  const Shown = FILTERS[name];
  return <Shown {...props} />;
}
