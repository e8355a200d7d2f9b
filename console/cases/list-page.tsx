import { Button, Checkbox, Group, SegmentedControl } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { $api, api } from '../data/api.ts';
import { EXPORT_PAGE_ROWS } from '../data/csv-export.ts';
import { jsonOnly } from '../data/json-only.ts';
import { useMay } from '../data/me.ts';
import { oneOf } from '../data/search-params.ts';
import { ChannelPicker } from '../pickers/channel-picker.tsx';
import { CustomerPicker } from '../pickers/customer-picker.tsx';
import { EntitlementPicker } from '../pickers/entitlement-picker.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { ExportButton } from '../ui/export-button.tsx';
import { ListPager } from '../ui/list-pager.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Empty } from '../ui/states.tsx';
import { FoundCases } from './found-cases.tsx';
import { type CaseListSearch, SORTS, STATUSES } from './list-choices.ts';
import { CASE_COLUMNS } from './list-columns.tsx';

const ROWS = 25;

/** All cases that the person may see, filtered and in order of time, or those that a search finds. */
export function CasesPage() {
  const search = useSearch({ from: '/shell/cases' });
  const { q } = search;
  const filters = filtersOf(search);
  const navigate = useNavigate({ from: '/cases' });
  const mayHandle = useMay('handleCases');
  const change = (changes: CaseListSearch) =>
    void navigate({
      search: (before) => ({ ...before, cursor: undefined, ...changes }),
      replace: !('cursor' in changes),
    });
  return (
    <Page
      title="Cases"
      actions={
        <Group gap="xs">
          {/* What a search finds is one short page, and the API has no file of it. */}
          {q === undefined && (
            <ExportButton
              name="cases"
              read={(next, signal) =>
                api.GET('/v1/cases', {
                  params: { query: { ...filters, format: 'csv', limit: EXPORT_PAGE_ROWS, cursor: next } },
                  parseAs: 'text',
                  signal,
                })
              }
            />
          )}
          {mayHandle && (
            <Button component={Link} to="/cases/new" leftSection={<IconPlus size={16} aria-hidden />}>
              New case
            </Button>
          )}
        </Group>
      }
    >
      <SearchBox label="Search by title or id" value={q} onChange={(text) => change({ q: text })} />
      {q === undefined ? <Listed change={change} /> : <FoundCases q={q} />}
    </Page>
  );
}

/** The question to the API, without the place in the list. */
const filtersOf = ({ status, customer, entitlement, channel, without, risk, sort }: CaseListSearch) => ({
  ...(status === undefined ? {} : { status }),
  ...(customer === undefined ? {} : { customerId: customer }),
  ...(entitlement === undefined ? {} : { entitlementId: entitlement }),
  ...(channel === undefined ? {} : { channel }),
  ...(without === undefined ? {} : { withoutEntitlement: without }),
  ...(risk === undefined ? {} : { atRisk: risk }),
  sort: sort ?? ('-createdAt' as const),
});

interface ListedProps {
  readonly change: (changes: CaseListSearch) => void;
}

function Listed({ change }: ListedProps) {
  const search = useSearch({ from: '/shell/cases' });
  const { status, customer, entitlement, channel, without, risk, sort, cursor } = search;
  const query = { ...filtersOf(search), cursor, limit: ROWS };
  const list = $api.useQuery('get', '/v1/cases', { params: { query } }, { placeholderData: (before) => before });
  const isFiltered = [status, customer, entitlement, channel, without, risk].some((value) => value !== undefined);
  return (
    <>
      <Group gap="sm" align="flex-end">
        <SegmentedControl
          aria-label="Status"
          value={status ?? 'all'}
          data={['all', ...STATUSES]}
          onChange={(value) => change({ status: oneOf(STATUSES, value) })}
        />
        <CustomerPicker
          label="Customer"
          value={customer ?? null}
          onChange={(id) => change({ customer: id ?? undefined, entitlement: undefined })}
        />
        {(customer !== undefined || entitlement !== undefined) && (
          <EntitlementPicker
            label="Entitlement"
            customer={customer ?? null}
            value={entitlement ?? null}
            onChange={(id) => change({ entitlement: id ?? undefined })}
          />
        )}
        <ChannelPicker
          label="Channel"
          value={channel ?? null}
          onChange={(name) => change({ channel: name ?? undefined })}
        />
        <Checkbox
          label="Without an entitlement"
          checked={without === 'true'}
          onChange={({ currentTarget }) => change({ without: currentTarget.checked ? 'true' : undefined })}
          pb={8}
        />
        <Checkbox
          label="Service level at risk"
          checked={risk === 'true'}
          onChange={({ currentTarget }) => change({ risk: currentTarget.checked ? 'true' : undefined })}
          pb={8}
        />
      </Group>
      <QueryView query={list}>
        {(answer) => {
          const { items, nextCursor } = jsonOnly(answer);
          if (items.length === 0)
            return (
              <Empty title={isFiltered ? 'No case matches' : 'There are no cases yet'}>
                {isFiltered ? 'Change the filters.' : 'Cases come from the case system, or are recorded here.'}
              </Empty>
            );
          return (
            <>
              <DataTable
                caption="Cases"
                columns={CASE_COLUMNS}
                rows={items}
                idOf={({ id }) => id}
                sort={sort ?? '-createdAt'}
                onSort={(next) => change({ sort: oneOf(SORTS, next) })}
              />
              <ListPager
                cursor={cursor}
                nextCursor={nextCursor}
                shown={items.length}
                onGo={(next) => change({ cursor: next })}
              />
            </>
          );
        }}
      </QueryView>
    </>
  );
}
