import { Button, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { $api } from '../data/api.ts';
import { oneOf } from '../data/search-params.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { dayText, instantText, numberText, termText } from '../ui/format.ts';
import { QueryView } from '../ui/query-view.tsx';
import { Empty } from '../ui/states.tsx';
import { type RecordSearch, STEPS } from './record-search.ts';
import { RecordSection } from './record-section.tsx';
import { allocationOf, type Mark, markWords, type Usage, usageSummary } from './record-usage-words.ts';

const BurnDown = lazy(async () => ({ default: (await import('./burn-down.tsx')).BurnDown }));
const CHART_HEIGHT = 340;

interface RecordUsageProps {
  readonly id: string;
  readonly search: RecordSearch;
  readonly onChange: (changes: Partial<RecordSearch>) => void;
}

/** The burn-down of an entitlement, or its figures as a table. */
export function RecordUsage({ id, search, onChange }: RecordUsageProps) {
  const query = search.by === undefined ? {} : { by: search.by };
  const usage = $api.useQuery(
    'get',
    '/v1/entitlements/{id}/usage',
    { params: { path: { id }, query } },
    { placeholderData: (before) => before },
  );
  const asTable = search.as === 'table';
  return (
    <RecordSection
      title="Burn-down"
      beside={
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="One point for each"
            value={search.by ?? usage.data?.by ?? 'day'}
            data={STEPS.map((value) => ({ value, label: value }))}
            onChange={(value) => onChange({ by: oneOf(STEPS, value) })}
          />
          <Button variant="default" size="xs" onClick={() => onChange({ as: asTable ? undefined : 'table' })}>
            {asTable ? 'Show the chart' : 'Show as a table'}
          </Button>
        </Group>
      }
    >
      <QueryView query={usage} loading={<Skeleton height={CHART_HEIGHT} role="status" aria-label="Loading" />}>
        {(read) =>
          read.points.length === 0 ? (
            <Empty title="Nothing has begun yet">{read.noProjection?.words}</Empty>
          ) : (
            <Stack gap="sm">
              {asTable ? (
                <Figures usage={read} />
              ) : (
                <Suspense fallback={<Skeleton height={CHART_HEIGHT} />}>
                  <BurnDown usage={read} />
                </Suspense>
              )}
              <Text>{usageSummary(read)}</Text>
              {read.marksCut && (
                <Text size="sm" c="dimmed">
                  Older marks are left out: the timeline has all of them.
                </Text>
              )}
            </Stack>
          )
        }
      </QueryView>
    </RecordSection>
  );
}

function Figures({ usage }: { readonly usage: Usage }) {
  const allocation = allocationOf(usage);
  const term = (amount: number | null) => termText(amount, usage.totalTerm === null ? 'unlimited' : allocation);
  const columns: readonly Column<Usage['points'][number]>[] = [
    { id: 'day', header: usage.by === 'day' ? 'Day' : 'From', cell: ({ day }) => dayText(day) },
    { id: 'remaining', header: 'Remaining', figures: true, cell: ({ remaining }) => term(remaining) },
    { id: 'granted', header: 'Granted', figures: true, cell: ({ granted }) => termText(granted, allocation) },
    { id: 'used', header: 'Used', figures: true, cell: ({ used }) => termText(used, allocation) },
    { id: 'returned', header: 'Given back', figures: true, cell: ({ returned }) => termText(returned, allocation) },
    { id: 'cases', header: 'New cases', figures: true, cell: ({ cases }) => numberText(cases) },
    { id: 'refused', header: 'Refused', figures: true, cell: ({ refused }) => numberText(refused) },
  ];
  const markColumns: readonly Column<Mark>[] = [
    { id: 'at', header: 'When', cell: ({ at }) => instantText(at, usage.timeZone) },
    { id: 'what', header: 'What', cell: (mark) => markWords(mark, allocation) },
  ];
  return (
    <>
      <DataTable
        caption="Use over time, the newest first"
        columns={columns}
        rows={[...usage.points].reverse()}
        idOf={({ since }) => since}
      />
      {usage.marks.length > 0 && (
        <DataTable
          caption="What explains it, the newest first"
          columns={markColumns}
          rows={[...usage.marks].reverse()}
          idOf={({ seq, kind }) => `${seq} ${kind}`}
        />
      )}
    </>
  );
}
