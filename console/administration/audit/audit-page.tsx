import { Autocomplete, Button, Group, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { $api, type Shapes } from '../../data/api.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { instantText } from '../../ui/format.ts';
import { ListPager } from '../../ui/list-pager.tsx';
import { Name } from '../../ui/name.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { useTypedFilter } from '../../ui/use-typed-filter.ts';
import { ROLE_WORDS, wordsOfName } from '../parts/words.ts';
import { ACTIONS, RECORD_TYPES, spanOf } from './audit-choices.ts';
import { EntryDialog } from './entry-dialog.tsx';

type Entry = Shapes['AuditEntry'];

const TYPING_MS = 300;

/** Who changed what, when and why, newest first. */
export function AuditPage() {
  const search = useSearch({ from: '/shell/administration/audit' });
  const { type, record, by, action, since, until, entry, cursor } = search;
  const navigate = useNavigate({ from: '/administration/audit' });
  const change = (changes: Record<string, string | undefined>) =>
    void navigate({
      search: (before) => ({ ...before, cursor: undefined, entry: undefined, ...changes }),
      replace: !('cursor' in changes),
    });
  const query = {
    ...(type === undefined ? {} : { recordType: type }),
    ...(record === undefined ? {} : { recordId: record }),
    ...(by === undefined ? {} : { by }),
    ...(action === undefined ? {} : { action }),
    ...(cursor === undefined ? {} : { cursor }),
    ...spanOf(since, until),
  };
  const list = $api.useQuery('get', '/v1/audit', { params: { query } }, { placeholderData: (before) => before });
  const open = (id: string | undefined) => void navigate({ search: { ...search, entry: id }, replace: true });
  const shown = list.data?.items.find(({ id }) => String(id) === entry);
  return (
    <Page title="Audit" subtitle="Every change, with who made it and why. Entries are never changed.">
      <Group gap="sm" align="flex-end">
        <Filter label="Record type" data={RECORD_TYPES} value={type} onChange={(next) => change({ type: next })} />
        <Filter label="Record" value={record} onChange={(next) => change({ record: next })} />
        <Filter label="By" value={by} onChange={(next) => change({ by: next })} />
        <Filter label="Action" data={ACTIONS} value={action} onChange={(next) => change({ action: next })} />
        <Day label="From" value={since} onChange={(next) => change({ since: next })} />
        <Day label="To" value={until} onChange={(next) => change({ until: next })} />
      </Group>
      <QueryView query={list}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="No entry matches">Change the filters.</Empty>
          ) : (
            <>
              <DataTable caption="Audit" columns={columns(open)} rows={items} idOf={({ id }) => String(id)} />
              <ListPager
                cursor={cursor}
                nextCursor={nextCursor}
                shown={items.length}
                onGo={(next) => change({ cursor: next })}
              />
            </>
          )
        }
      </QueryView>
      <EntryDialog entry={shown} onClose={() => open(undefined)} />
    </Page>
  );
}

const columns = (open: (id: string) => void): readonly Column<Entry>[] => [
  { id: 'at', header: 'When', cell: ({ at }) => instantText(at) },
  {
    id: 'by',
    header: 'By',
    cell: ({ by, role }) => (
      <>
        <Name>{by}</Name>
        {role !== null && `, ${ROLE_WORDS[role]}`}
      </>
    ),
  },
  { id: 'action', header: 'Action', cell: ({ action }) => wordsOfName(action) },
  {
    id: 'record',
    header: 'Record',
    cell: ({ recordType, recordId }) => (
      <>
        {wordsOfName(recordType)} <Name>{recordId}</Name>
      </>
    ),
  },
  { id: 'reason', header: 'Reason', from: 'md', cell: ({ reason }) => (reason === null ? '' : <Name>{reason}</Name>) },
  {
    id: 'changes',
    header: 'Changes',
    cell: ({ id, action, recordId }) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Show what changed: ${wordsOfName(action)} ${recordId}`}
        onClick={() => open(String(id))}
      >
        Show
      </Button>
    ),
  },
];

interface FilterProps {
  readonly label: string;
  /** Common values; any other can be typed. */
  readonly data?: string[];
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** A filter that is typed. It takes effect once the person stops typing. */
function Filter({ label, data = [], value, onChange }: FilterProps) {
  const { typed, type } = useTypedFilter(value, onChange, TYPING_MS);
  return <Autocomplete label={label} placeholder="All" data={data} value={typed} onChange={type} />;
}

interface DayProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (day: string | undefined) => void;
}

const Day = ({ label, value = '', onChange }: DayProps) => (
  <TextInput
    label={label}
    type="date"
    value={value}
    onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
  />
);
