import { Anchor, Button, Group, Stack, Table, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { ClockFacts } from '../cases/clock-facts.tsx';
import { CandidateChoice, OverrideReason } from '../coverage/candidate-choice.tsx';
import { useMatch } from '../coverage/use-match.ts';
import { $api, api, type Shapes } from '../data/api.ts';
import { useConsoleStart } from '../data/console-start.ts';
import { useMay } from '../data/me.ts';
import { EntitlementName, SlaName } from '../pickers/record-names.tsx';
import { ErrorNote } from '../ui/action-dialog.tsx';
import { Fact } from '../ui/fact.tsx';
import { termText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { useSend } from '../ui/use-send.ts';
import { tellHosts } from './context.ts';
import { WhatToSay } from './what-to-say.tsx';

type Case = Shapes['CaseWithDecision'];

/** A case that Allot has: its entitlement and why, what is left, what is due; or why it has none, and the ways out. */
export function RecordedInPanel({ supportCase }: { readonly supportCase: Case }) {
  const { id, status, entitlementId, entitlementReason, entitlementExplanation, decision } = supportCase;
  const covered = entitlementId !== null;
  const mayHandle = useMay('handleCases');
  return (
    <Stack gap="md">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <ThemeIcon variant="light" color={covered ? 'pine' : 'red'} aria-hidden>
          {covered ? <IconCheck size={16} /> : <IconX size={16} />}
        </ThemeIcon>
        <div>
          <Group fw={600} gap={6}>
            <span>{covered ? 'Covered by' : 'Not covered'}</span>
            {covered && <EntitlementName id={entitlementId} />}
          </Group>
          <Text component="div">
            <Name lineClamp={6}>{decision?.words ?? entitlementExplanation ?? ''}</Name>
          </Text>
        </div>
      </Group>
      {covered ? (
        <Held supportCase={supportCase} entitlementId={entitlementId} />
      ) : (
        <WhatToSay reason={entitlementReason} />
      )}
      {!covered && mayHandle && status === 'active' && <AttachLater supportCase={supportCase} />}
      <Group gap="xs" justify="space-between">
        <StatusBadge status={status} />
        <Anchor href={`/cases/${encodeURIComponent(id)}`} target="_blank" rel="noopener" size="sm">
          Open the case in Allot
        </Anchor>
      </Group>
    </Stack>
  );
}

function Held({ supportCase, entitlementId }: { readonly supportCase: Case; readonly entitlementId: string }) {
  const { slaId, holds } = supportCase;
  const { data } = $api.useQuery('get', '/v1/entitlements/{id}', { params: { path: { id: entitlementId } } });
  return (
    <Table withRowBorders={false} verticalSpacing={3} horizontalSpacing={0} aria-label="What the case has">
      <Table.Tbody>
        <Fact name="Left now">{data === undefined ? '…' : termText(data.remainingTerm, data.allocationType)}</Fact>
        <Fact name="Service level">{slaId === null ? 'none' : <SlaName id={slaId} />}</Fact>
        {slaId !== null && <ClockFacts supportCase={supportCase} />}
        {holds.length > 0 && <Fact name="On hold">{holds.join(', ')}</Fact>}
      </Table.Tbody>
    </Table>
  );
}

/** Attaches a recorded case to an entitlement that covers it by now, or by override. */
function AttachLater({ supportCase }: { readonly supportCase: Case }) {
  const { id, customerId, contactId, productId, channel, minutes } = supportCase;
  const { data: start } = useConsoleStart();
  const mayOverride = useMay('override');
  const match = useMatch({ customerId, contactId, productId, channel, minutes });
  const [chosen, setChosen] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const { send, isPending, error } = useSend(
    (body: Shapes['CasePatch'], key: string) =>
      api.PATCH('/v1/cases/{id}', { params: { path: { id }, header: { 'Idempotency-Key': key } }, body }),
    {
      onDone: ({ data }) =>
        tellHosts(start?.panelAncestors ?? [], {
          type: 'allot.attached',
          case: id,
          entitlement: data !== undefined && 'entitlementId' in data ? data.entitlementId : null,
        }),
    },
  );
  const candidates = (match.data?.candidates ?? []).filter(({ covers }) => covers || mayOverride);
  const target = candidates.find(({ entitlementId }) => entitlementId === chosen);
  if (candidates.length === 0) return null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (target === undefined) return;
        const override = target.covers ? {} : { override: { reason: reason.trim() } };
        send({ entitlementId: target.entitlementId, ...override });
      }}
    >
      <Stack gap="sm">
        <CandidateChoice
          label="Attach it to"
          candidates={candidates}
          value={chosen}
          onChange={setChosen}
          mayOverride={mayOverride}
        />
        {target !== undefined && !target.covers && (
          <OverrideReason refusal={target.reason ?? ''} value={reason} onChange={setReason} />
        )}
        <ErrorNote error={error} />
        <Button type="submit" fullWidth loading={isPending} disabled={target === undefined}>
          {target?.covers === false ? 'Attach by override' : 'Attach the case'}
        </Button>
      </Stack>
    </form>
  );
}
