import { Button, Group, NativeSelect, Paper, SegmentedControl, SimpleGrid, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { oneOf } from '../data/search-params.ts';
import { CustomerPicker } from '../pickers/customer-picker.tsx';
import { ProductPicker } from '../pickers/product-picker.tsx';
import { FilterBox } from '../ui/filter-box.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { type ListSearch, VIEWS } from './list-choices.ts';

interface ListFiltersProps {
  readonly search: ListSearch;
  readonly onChange: (changes: Partial<ListSearch>) => void;
}

const FOLDED = ['product', 'owner', 'tier', 'endsAfter', 'endsBefore', 'renewed'] as const;
const NONE = Object.fromEntries([...FOLDED, 'customer' as const, 'q' as const].map((name) => [name, undefined]));
const viewLabel = (view: string) => `${view.charAt(0).toUpperCase()}${view.slice(1)}`;
const VIEW_CHOICES = VIEWS.map((value) => ({ value, label: viewLabel(value) }));

/** The views, the search and the filters of the list. All of them stand in the address of the page. */
export function ListFilters({ search, onChange }: ListFiltersProps) {
  const folded = FOLDED.filter((name) => search[name] !== undefined).length;
  const [isOpen, { toggle }] = useDisclosure(folded > 0);
  const isFiltered = folded > 0 || search.customer !== undefined || search.q !== undefined;
  const setView = (value: string) => onChange({ view: value === 'all' ? undefined : oneOf(VIEWS, value) });
  return (
    <>
      <SegmentedControl
        visibleFrom="md"
        aria-label="View"
        value={search.view ?? 'all'}
        data={VIEW_CHOICES}
        onChange={setView}
        style={{ alignSelf: 'flex-start' }}
      />
      <NativeSelect
        hiddenFrom="md"
        label="View"
        value={search.view ?? 'all'}
        data={VIEW_CHOICES}
        onChange={({ currentTarget }) => setView(currentTarget.value)}
      />
      <Group gap="sm" align="flex-end">
        <SearchBox label="Search by name or customer" value={search.q} onChange={(q) => onChange({ q })} />
        <CustomerPicker
          label="Customer"
          value={search.customer ?? null}
          onChange={(id) => onChange({ customer: id ?? undefined })}
        />
        <Button
          variant="default"
          leftSection={<IconFilter size={15} aria-hidden />}
          aria-expanded={isOpen}
          onClick={toggle}
        >
          {folded === 0 ? 'More filters' : `More filters (${folded})`}
        </Button>
        {isFiltered && (
          <Button variant="subtle" onClick={() => onChange(NONE)}>
            Clear the filters
          </Button>
        )}
      </Group>
      {isOpen && (
        <Paper withBorder p="md">
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
            <ProductPicker
              label="Product"
              description="Entitlements that name it"
              value={search.product ?? null}
              onChange={(id) => onChange({ product: id ?? undefined })}
            />
            <FilterBox
              isLabelled
              label="Owner"
              description="The whole name"
              value={search.owner}
              onChange={(owner) => onChange({ owner })}
            />
            <FilterBox
              isLabelled
              label="Tier"
              description="As it is written, such as Gold"
              value={search.tier}
              onChange={(tier) => onChange({ tier })}
            />
            <FilterDay label="Ends after" value={search.endsAfter} onChange={(endsAfter) => onChange({ endsAfter })} />
            <FilterDay
              label="Ends before"
              value={search.endsBefore}
              onChange={(endsBefore) => onChange({ endsBefore })}
            />
            <NativeSelect
              label="Renewed"
              value={search.renewed ?? ''}
              data={[
                { value: '', label: 'Either' },
                { value: 'true', label: 'Has a successor' },
                { value: 'false', label: 'Has no successor' },
              ]}
              onChange={({ currentTarget }) =>
                onChange({ renewed: oneOf(['true', 'false'] as const, currentTarget.value) })
              }
            />
          </SimpleGrid>
        </Paper>
      )}
    </>
  );
}

interface FilterDayProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (day: string | undefined) => void;
}

const FilterDay = ({ label, value = '', onChange }: FilterDayProps) => (
  <TextInput
    type="date"
    label={label}
    value={value}
    onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? undefined : currentTarget.value)}
  />
);
