import { Anchor, Group, Select, Stack, Text, Timeline } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { $api } from '../data/api.ts';
import { oneOf } from '../data/search-params.ts';
import { type AllocationType, instantText } from '../ui/format.ts';
import { ListPager } from '../ui/list-pager.tsx';
import { Name } from '../ui/name.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Empty } from '../ui/states.tsx';
import styles from './record.module.css';
import type { Entitlement } from './record-commands-allowed.ts';
import { kindWords, type LedgerRow, ROW_KINDS, rowDetails, rowTitle } from './record-ledger-words.ts';
import { type RecordSearch, ROW_PARTS } from './record-search.ts';

const PART_WORDS: Readonly<Record<(typeof ROW_PARTS)[number], string>> = {
  use: 'Use: what cases took and gave back',
  cases: 'First row of each case',
  term: 'Term: what was granted and lapsed',
};

interface RecordLedgerProps {
  readonly entitlement: Entitlement;
  readonly search: RecordSearch;
  readonly onChange: (changes: Partial<RecordSearch>) => void;
}

/** The ledger in words, the newest row first. */
export function RecordLedger({ entitlement, search, onChange }: RecordLedgerProps) {
  const { id, timeZone, allocationType } = entitlement;
  const { kind, rows, case: caseId, cursor } = search;
  const query = {
    sort: '-seq' as const,
    ...(kind === undefined ? {} : { kind }),
    ...(rows === undefined ? {} : { rows }),
    ...(caseId === undefined ? {} : { caseId }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  const ledger = $api.useQuery(
    'get',
    '/v1/entitlements/{id}/ledger',
    { params: { path: { id }, query } },
    { placeholderData: (before) => before },
  );
  const filter = (changes: Partial<RecordSearch>) => onChange({ cursor: undefined, ...changes });
  return (
    <Stack gap="md">
      <Group gap="sm" align="flex-end">
        <Select
          label="Rows"
          placeholder="All rows"
          clearable
          clearButtonProps={{ 'aria-label': 'Clear Rows' }}
          data={ROW_PARTS.map((value) => ({ value, label: PART_WORDS[value] }))}
          value={rows ?? null}
          onChange={(value) => filter({ rows: oneOf(ROW_PARTS, value) })}
        />
        <Select
          label="Kind"
          placeholder="Every kind"
          clearable
          searchable
          clearButtonProps={{ 'aria-label': 'Clear Kind' }}
          data={ROW_KINDS.map((value) => ({ value, label: kindWords(value) }))}
          value={kind ?? null}
          onChange={(value) => filter({ kind: oneOf(ROW_KINDS, value) })}
        />
        <SearchBox label="Id of a case" value={caseId} onChange={(text) => filter({ case: text })} />
      </Group>
      <QueryView query={ledger}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="No row of the ledger matches">Clear a filter to see more.</Empty>
          ) : (
            <>
              <Timeline
                component="ol"
                className={styles.timeline}
                bulletSize={14}
                lineWidth={2}
                aria-label="Ledger, the newest row first"
              >
                {items.map((row) => (
                  <Timeline.Item key={row.seq} component="li" title={rowTitle(row)}>
                    <RowText row={row} allocationType={allocationType} timeZone={timeZone} />
                  </Timeline.Item>
                ))}
              </Timeline>
              <ListPager
                cursor={cursor}
                nextCursor={nextCursor}
                shown={items.length}
                onGo={(next) => onChange({ cursor: next })}
              />
            </>
          )
        }
      </QueryView>
    </Stack>
  );
}

interface RowTextProps {
  readonly row: LedgerRow;
  readonly allocationType: AllocationType;
  readonly timeZone: string;
}

function RowText({ row, allocationType, timeZone }: RowTextProps) {
  const details = rowDetails(row, allocationType);
  return (
    <Stack gap={2}>
      {(row.caseId !== null || details.length > 0) && (
        <Text component="div">
          {row.caseId !== null && (
            <>
              <Anchor component={Link} to={`/cases/${row.caseId}`}>
                {row.caseId}
              </Anchor>
              {details.length > 0 && ': '}
            </>
          )}
          {details.join('; ')}
        </Text>
      )}
      {row.why !== null && <Name c="dimmed">{row.why}</Name>}
      <Text size="sm" c="dimmed" component="div">
        <time dateTime={row.when}>{instantText(row.when, timeZone)}</time>, <Name lineClamp={undefined}>{row.who}</Name>
        , row {row.seq}
      </Text>
    </Stack>
  );
}
