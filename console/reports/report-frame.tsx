import { Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { ExportButton, type ReadCsvPage } from '../ui/export-button.tsx';
import { dayText, instantText } from '../ui/format.ts';
import { ListPager } from '../ui/list-pager.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section } from '../ui/section.tsx';
import { Empty } from '../ui/states.tsx';
import { type ChangeFilters, type FilterName, ReportFilters } from './report-filters.tsx';
import { REPORTS, type ReportName } from './report-kinds.ts';

/** The rows of a page: enough for a chart that says something, few enough to read. */
export const ROWS_SHOWN = 100;

/** What all reports answer. */
interface Answer<Row> {
  readonly asOf: string;
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
  readonly since?: string;
  readonly until?: string;
  readonly method?: string;
}

interface ReportFrameProps<Row, Read extends Answer<Row>> {
  readonly name: ReportName;
  readonly query: UseQueryResult<Read, unknown>;
  readonly filters: readonly FilterName[];
  readonly csv: ReadCsvPage;
  readonly columns: readonly Column<Row>[];
  readonly idOf: (row: Row) => string;
  /** The order when the address names none. */
  readonly sort: string;
  readonly chart: (answer: Read) => ReactNode;
  /** Figures of the whole report, above the chart. */
  readonly head?: (answer: Read) => ReactNode;
  /** When no row is listed: what would be. */
  readonly empty: ReactNode;
}

/** What all reports have: filters, a chart, a table with its order and pages, CSV, and how the figures are made. */
export function ReportFrame<Row extends object, Read extends Answer<Row>>(props: ReportFrameProps<Row, Read>) {
  const { name, query, filters, csv, columns, idOf, sort, chart, head, empty } = props;
  const search = useSearch({ from: '/shell/reports/$name' });
  const navigate = useNavigate({ from: '/reports/$name' });
  const change: ChangeFilters = (changes) =>
    void navigate({
      search: (before) => ({ ...before, cursor: undefined, ...changes }),
      replace: !('cursor' in changes),
    });
  const { title, what } = REPORTS[name];
  return (
    <Page title={title} subtitle={what} actions={<ExportButton name={name} read={csv} />}>
      <ReportFilters names={filters} search={search} change={change} />
      <QueryView query={query}>
        {(answer) =>
          answer.items.length === 0 ? (
            <Empty title="Nothing to report">{empty}</Empty>
          ) : (
            <>
              {head?.(answer)}
              <Section title="Chart">
                {chart(answer)}
                {(answer.nextCursor !== null || search.cursor !== undefined) && (
                  <Text size="sm" c="dimmed">
                    The chart shows the rows of this page.
                  </Text>
                )}
              </Section>
              <Section title="Table">
                <DataTable
                  caption={title}
                  columns={columns}
                  rows={answer.items}
                  idOf={idOf}
                  sort={search.sort ?? sort}
                  onSort={(next) => change({ sort: next })}
                />
                <ListPager
                  cursor={search.cursor}
                  nextCursor={answer.nextCursor}
                  shown={answer.items.length}
                  onGo={(next) => change({ cursor: next })}
                />
              </Section>
              <HowItIsMade answer={answer} />
            </>
          )
        }
      </QueryView>
    </Page>
  );
}

function HowItIsMade({ answer: { asOf, since, until, method } }: { readonly answer: Answer<object> }) {
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed">
        {since !== undefined && until !== undefined && `From ${dayText(since)} to ${dayText(until)}, days in UTC. `}
        As of {instantText(asOf)}.
      </Text>
      {method !== undefined && (
        <Text size="sm" c="dimmed" maw="75ch">
          {method}
        </Text>
      )}
    </Stack>
  );
}
