import { Anchor, Stack, Tabs } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { $api } from '../data/api.ts';
import { useMay, useMe } from '../data/me.ts';
import { oneOf } from '../data/search-params.ts';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { RecordAmendments } from './record-amendments.tsx';
import { RecordCommands } from './record-commands.tsx';
import type { Entitlement } from './record-commands-allowed.ts';
import { RecordDialogs } from './record-dialogs.tsx';
import { RecordBadges, RecordFacts, RecordSubtitle } from './record-facts.tsx';
import { RecordLedger } from './record-ledger.tsx';
import { RecordAudit, RecordCases, RecordRenewal } from './record-lists.tsx';
import { type RecordSearch, TABS, type Tab } from './record-search.ts';
import { RecordUsage } from './record-usage.tsx';

const TAB_WORDS: Readonly<Record<Tab, string>> = {
  overview: 'Overview',
  ledger: 'Timeline',
  cases: 'Cases',
  amendments: 'Amendments',
  renewal: 'Renewal',
  audit: 'Audit',
};

/** One entitlement: what it says, how it was used, and what can be done with it. */
export function EntitlementPage() {
  const { id } = useParams({ from: '/shell/entitlements/$id' });
  const found = $api.useQuery('get', '/v1/entitlements/{id}', { params: { path: { id } } });
  if (found.data === undefined)
    return (
      <Page title="Entitlement">
        <QueryView query={found}>{() => null}</QueryView>
      </Page>
    );
  return <QueryView query={found}>{(entitlement) => <Record entitlement={entitlement} />}</QueryView>;
}

function Record({ entitlement }: { readonly entitlement: Entitlement }) {
  const search = useSearch({ from: '/shell/entitlements/$id' });
  const navigate = useNavigate({ from: '/entitlements/$id' });
  const mayReadAudit = useMay('readAudit');
  const change = (changes: Partial<RecordSearch>, replace = true) =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace });
  const tabs = TABS.filter((tab) => tab !== 'audit' || mayReadAudit);
  const tab = oneOf(tabs, search.tab) ?? 'overview';
  // Another tab begins on its first page. Back leads to the tab before.
  const open = (next: string | null) =>
    void navigate({ search: { tab: next === 'overview' ? undefined : oneOf(tabs, next) } });
  const list = {
    entitlement,
    cursor: search.cursor,
    onGo: (cursor: string | undefined) => change({ cursor }, false),
  };
  return (
    <Page
      title={entitlement.name}
      subtitle={<RecordSubtitle entitlement={entitlement} />}
      beside={
        <>
          <StatusBadge status={entitlement.status} />
          <RecordBadges entitlement={entitlement} />
        </>
      }
      actions={<RecordCommands entitlement={entitlement} onOpen={(dialog) => change({ dialog }, false)} />}
    >
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {TAB_WORDS[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview" pt="md">
          <Stack gap="md">
            <RecordUsage id={entitlement.id} search={search} onChange={change} />
            <RecordFacts entitlement={entitlement} />
            <WorkflowLink id={entitlement.id} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="ledger" pt="md">
          <RecordLedger
            entitlement={entitlement}
            search={search}
            onChange={(changes) => change(changes, !('cursor' in changes))}
          />
        </Tabs.Panel>
        <Tabs.Panel value="cases" pt="md">
          <RecordCases {...list} />
        </Tabs.Panel>
        <Tabs.Panel value="amendments" pt="md">
          <RecordAmendments entitlement={entitlement} />
        </Tabs.Panel>
        <Tabs.Panel value="renewal" pt="md">
          <RecordRenewal {...list} />
        </Tabs.Panel>
        {mayReadAudit && (
          <Tabs.Panel value="audit" pt="md">
            <RecordAudit {...list} />
          </Tabs.Panel>
        )}
      </Tabs>
      <RecordDialogs dialog={search.dialog} entitlement={entitlement} onClose={() => change({ dialog: undefined })} />
    </Page>
  );
}

/** Leads operators to the entitlement's workflow in the Temporal UI. */
function WorkflowLink({ id }: { readonly id: string }) {
  const temporalUi = useMe()?.temporalUi ?? null;
  if (temporalUi === null) return null;
  const { url, namespace } = temporalUi;
  const workflow = encodeURIComponent(`entitlement/${id}`);
  return (
    <Anchor
      href={`${url}/namespaces/${encodeURIComponent(namespace)}/workflows/${workflow}`}
      target="_blank"
      rel="noreferrer"
    >
      Open its workflow in the Temporal UI
    </Anchor>
  );
}
