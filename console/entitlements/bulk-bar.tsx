import { Button, Group, Paper, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { LONGEST_REASON } from '../data/limits.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { BulkReport } from './bulk-report.tsx';
import { type BulkCommand, useBulkRun } from './bulk-run.ts';
import type { Listed } from './list-columns.tsx';

interface BulkBarProps {
  readonly chosen: readonly Listed[];
  readonly onClear: () => void;
}

const counted = (count: number) => `${count} ${count === 1 ? 'entitlement' : 'entitlements'}`;

/** The commands for several entitlements at once. */
export function BulkBar({ chosen, onClear }: BulkBarProps) {
  const [asked, setAsked] = useState<BulkCommand['kind'] | null>(null);
  const [reason, setReason] = useState('');
  const bulk = useBulkRun();
  const drafts = chosen.filter(({ status }) => status === 'draft').length;
  const running = chosen.filter(({ status }) => status === 'active' || status === 'waiting').length;
  const start = (command: BulkCommand) => {
    setAsked(null);
    bulk.start(
      command,
      chosen.map(({ id, name, customerId, customerName }) => ({ id, name, customer: customerName ?? customerId })),
    );
  };
  return (
    <Paper withBorder p="sm" component="section" aria-label="Chosen entitlements">
      <Group gap="sm">
        <Text fw={600} role="status">
          {counted(chosen.length)} chosen
        </Text>
        <Button size="xs" onClick={() => setAsked('activate')}>
          Activate
        </Button>
        <Button size="xs" variant="default" onClick={() => setAsked('cancel')}>
          Cancel with a reason
        </Button>
        <Button size="xs" variant="subtle" onClick={onClear}>
          Choose none
        </Button>
      </Group>
      <ActionDialog
        opened={asked === 'activate'}
        onClose={() => setAsked(null)}
        title={`Activate ${counted(chosen.length)}`}
        confirm="Activate"
        isPending={false}
        error={null}
        onConfirm={() => start({ kind: 'activate' })}
      >
        <Text>
          {drafts} of {chosen.length} {drafts === 1 ? 'is a draft' : 'are drafts'}. Each is active at once, or waits for
          its start date. All others are refused, and the report says why.
        </Text>
      </ActionDialog>
      <ActionDialog
        opened={asked === 'cancel'}
        onClose={() => setAsked(null)}
        title={`Cancel ${counted(chosen.length)}`}
        confirm="Cancel them"
        danger
        isPending={false}
        error={null}
        onConfirm={() => {
          if (reason.trim() !== '') start({ kind: 'cancel', reason: reason.trim() });
        }}
      >
        <Text>
          {running} of {chosen.length} {running === 1 ? 'is' : 'are'} active or waiting. No case attaches to a canceled
          entitlement any more; cases that are attached go on. This cannot be undone. All others are refused, and the
          report says why.
        </Text>
        <Textarea
          label="Reason"
          description="Stands in the history of each"
          required
          data-autofocus
          maxLength={LONGEST_REASON}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
      </ActionDialog>
      {bulk.run !== null && (
        <BulkReport
          run={bulk.run}
          canRetry={bulk.canRetry}
          onStop={bulk.stop}
          onAgain={bulk.again}
          onClose={() => {
            bulk.forget();
            onClear();
          }}
        />
      )}
    </Paper>
  );
}
