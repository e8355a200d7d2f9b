import { Group, SegmentedControl, Select } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { oneOf } from '../data/search-params.ts';
import { CustomerPicker } from '../pickers/customer-picker.tsx';
import { Page } from '../ui/page.tsx';
import { RenewalsBoard } from './board.tsx';
import { RenewalsList } from './list.tsx';
import { OPEN, STAGES_OF, VIEWS } from './list-choices.ts';
import { STAGE_WORDS, STAGES } from './words.ts';

const OPEN_WORDS = { true: 'To decide', false: 'Over', all: 'All' } as const;
const VIEW_WORDS = { list: 'List', board: 'Board' } as const;

/** The renewals that the person may see: as a list by decision date, or as a board by stage. */
export function RenewalsPage() {
  const { view = 'list', open = 'true', stage, customer, sort, cursor } = useSearch({ from: '/shell/renewals' });
  const navigate = useNavigate({ from: '/renewals' });
  const change = (changes: Record<string, string | undefined>) =>
    void navigate({
      search: (before) => ({ ...before, cursor: undefined, ...changes }),
      replace: !('cursor' in changes),
    });
  const stages = STAGES_OF[open];
  const shown = stage !== undefined && stages.includes(stage) ? stage : undefined;
  return (
    <Page title="Renewals" subtitle="What ends, what is proposed, and who decides.">
      <Group gap="sm" align="flex-end">
        <SegmentedControl
          aria-label="Layout"
          value={view}
          data={VIEWS.map((value) => ({ value, label: VIEW_WORDS[value] }))}
          onChange={(value) => change({ view: value === 'list' ? undefined : oneOf(VIEWS, value) })}
        />
        <SegmentedControl
          aria-label="Which renewals"
          value={open}
          data={OPEN.map((value) => ({ value, label: OPEN_WORDS[value] }))}
          onChange={(value) => change({ open: value === 'true' ? undefined : oneOf(OPEN, value), stage: undefined })}
        />
        <Select
          label="Stage"
          placeholder="Every stage"
          clearable
          clearButtonProps={{ 'aria-label': 'Clear the stage' }}
          data={STAGES.filter((one) => stages.includes(one)).map((value) => ({ value, label: STAGE_WORDS[value] }))}
          value={shown ?? null}
          onChange={(value) => change({ stage: oneOf(STAGES, value) })}
        />
        <CustomerPicker
          label="Customer"
          clearable
          value={customer ?? null}
          onChange={(id) => change({ customer: id ?? undefined })}
        />
      </Group>
      {view === 'list' ? (
        <RenewalsList
          {...{ open, customer, cursor }}
          stage={shown}
          sort={sort ?? (open === 'true' ? 'endDate' : '-endDate')}
          onChange={change}
        />
      ) : (
        <RenewalsBoard {...{ open, customer }} stages={shown === undefined ? stages : [shown]} />
      )}
    </Page>
  );
}
