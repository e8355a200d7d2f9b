import { Anchor, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { $api, type Shapes } from '../data/api.ts';
import { jsonOnly } from '../data/json-only.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { minutesText, numberText } from '../ui/format.ts';
import { LazyColumnChart } from '../ui/lazy-chart.tsx';
import { Section } from '../ui/section.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { lastMonths, type Month } from './months.ts';

const MONTHS = 12;
/** A month does not change while somebody looks at it, but for the present one. */
const FRESH_MS = 60_000;

interface MonthOfUse extends Month {
  readonly cases: number;
  readonly usedCases: number;
  readonly usedMinutes: number;
}

type Report = Shapes['UtilisationReport'];

function monthOfUse(month: Month, { items }: Report): MonthOfUse {
  const sum = (of: (row: Report['items'][number]) => number) => items.reduce((total, row) => total + of(row), 0);
  return {
    ...month,
    cases: sum(({ cases }) => cases),
    usedCases: sum(({ allocationType, usedInSpan }) => (allocationType === 'cases' ? usedInSpan : 0)),
    usedMinutes: sum(({ allocationType, usedInSpan }) => (allocationType === 'hours' ? usedInSpan : 0)),
  };
}

/** What the customer used in each of the last twelve months: a chart, and its figures with the way to their rows. */
export function UseByMonth({ customerId }: { readonly customerId: string }) {
  const months = lastMonths(MONTHS, new Date());
  const reads = useQueries({
    queries: months.map(({ since, until }) =>
      $api.queryOptions(
        'get',
        '/v1/reports/utilisation',
        { params: { query: { by: 'customer', customerId, since, until } } },
        { staleTime: FRESH_MS },
      ),
    ),
  });
  const failed = reads.find(({ error }) => error !== null);
  const rows = months.flatMap((month, index) => {
    const report = reads[index]?.data;
    return report === undefined ? [] : [monthOfUse(month, jsonOnly(report))];
  });
  return (
    <Section title="Use by month">
      {failed !== undefined ? (
        <Failure error={failed.error} onRetry={() => void Promise.all(reads.map((read) => read.refetch()))} />
      ) : rows.length < months.length ? (
        <Loading />
      ) : (
        <MonthsShown customerId={customerId} rows={rows} />
      )}
    </Section>
  );
}

function MonthsShown({ customerId, rows }: { readonly customerId: string; readonly rows: readonly MonthOfUse[] }) {
  const total = rows.reduce((sum, { cases }) => sum + cases, 0);
  const isUnused = total === 0 && rows.every(({ usedCases, usedMinutes }) => usedCases === 0 && usedMinutes === 0);
  if (isUnused) return <Empty title="Nothing was used in the last twelve months" />;
  const columns: readonly Column<MonthOfUse>[] = [
    {
      id: 'month',
      header: 'Month',
      oneLine: true,
      cell: ({ label, since, until }) => (
        <Anchor component={Link} to={rowsAddress(customerId, since, until)}>
          {label}
        </Anchor>
      ),
    },
    { id: 'cases', header: 'Cases attached', figures: true, cell: ({ cases }) => numberText(cases) },
    { id: 'usedCases', header: 'Cases used', figures: true, cell: ({ usedCases }) => numberText(usedCases) },
    { id: 'usedMinutes', header: 'Time used', figures: true, cell: ({ usedMinutes }) => minutesText(usedMinutes) },
  ];
  return (
    <>
      <LazyColumnChart
        summary={`Cases attached in each of the last ${MONTHS} months, ${numberText(total)} in all. The table below has the figures.`}
        rows={rows.map(({ label, cases }) => ({ label, cases }))}
        series={[{ name: 'cases', label: 'Cases attached', color: 'pine.6' }]}
      />
      <DataTable caption="Use by month" columns={columns} rows={[...rows].reverse()} idOf={({ since }) => since} />
      <Text size="sm" c="dimmed">
        Months are counted in UTC. A case counts in the month in which it was attached.
      </Text>
    </>
  );
}

const rowsAddress = (customer: string, since: string, until: string): string =>
  `/reports/utilisation?${new URLSearchParams({ by: 'entitlement', customer, since, until })}`;
