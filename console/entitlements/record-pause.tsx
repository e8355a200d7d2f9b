import { Button, Group, Radio, Stack, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { api } from '../data/api.ts';
import { isRefusedAs } from '../data/api-problem.ts';
import { useMay } from '../data/me.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { formErrorsOf } from '../ui/form-errors.ts';
import { dayText, instantText } from '../ui/format.ts';
import { ReasonInput, reasonIn } from '../ui/reason-input.tsx';
import { useSend } from '../ui/use-send.ts';
import { ChangedMeanwhile } from './record-changed.tsx';
import type { Entitlement } from './record-commands-allowed.ts';
import { RecordSection } from './record-section.tsx';
import { useSeenVersion } from './seen-version.ts';

interface DialogProps {
  readonly entitlement: Entitlement;
  readonly onClose: () => void;
}

interface PauseValues {
  readonly from: string;
  readonly until: string;
  readonly end: 'keep' | 'shift';
  readonly reason: string;
}

/** Stops the cover for a while, at once or from a day on. */
export function PauseDialog({ entitlement: { id, version, timeZone }, onClose }: DialogProps) {
  const seen = useSeenVersion(version);
  const form = useForm<PauseValues>({
    initialValues: { from: '', until: '', end: 'keep', reason: '' },
  });
  const sending = useSend(
    ({ sent, ifVersion }: { readonly sent: PauseValues; readonly ifVersion: number }, key: string) =>
      api.POST('/v1/entitlements/{id}/pause', {
        params: { path: { id } },
        headers: { 'Idempotency-Key': key, 'If-Match': `"${ifVersion}"` },
        body: {
          from: sent.from === '' ? 'now' : sent.from,
          until: sent.until === '' ? null : sent.until,
          end: sent.end,
          reason: sent.reason.trim(),
        },
      }),
    { onDone: onClose },
  );
  const refused = formErrorsOf(sending.error);
  const isChanged = isRefusedAs(sending.error, 'conflict');
  return (
    <ActionDialog
      opened
      onClose={onClose}
      title="Pause the entitlement"
      confirm="Pause"
      isPending={sending.isPending}
      error={isChanged || Object.keys(refused).length > 0 ? null : sending.error}
      onConfirm={() => {
        seen.hold();
        sending.send({ sent: form.values, ifVersion: seen.version });
      }}
    >
      <Text>While it is paused it takes no new cases. Its open cases go on. Its days are days in {timeZone}.</Text>
      <Group grow align="flex-start">
        <TextInput
          type="date"
          label="First day"
          description="Empty: now"
          {...form.getInputProps('from')}
          error={refused.from}
          data-autofocus
        />
        <TextInput
          type="date"
          label="Goes on with"
          description="The first day that is covered again. Empty: until it is resumed"
          {...form.getInputProps('until')}
          error={refused.until}
        />
      </Group>
      <Radio.Group label="The end of the entitlement" {...form.getInputProps('end')} error={refused.end}>
        <Stack gap="xs" mt="xs">
          <Radio value="keep" label="Stays" description="The days of the pause are lost." />
          <Radio value="shift" label="Moves" description="By the whole days of the pause, with all later periods." />
        </Stack>
      </Radio.Group>
      <ReasonInput
        required
        description="Kept in the history and the audit."
        value={form.values.reason}
        onChange={(reason) => form.setFieldValue('reason', reason)}
      />
      {isChanged && (
        <ChangedMeanwhile
          error={sending.error}
          onReload={() => {
            seen.release();
            sending.reset();
          }}
        />
      )}
    </ActionDialog>
  );
}

/** Ends the pause that runs, or takes back the one with that number, which lies ahead. */
export function ResumeDialog({
  entitlement: { id, pauses, pausedSince, endDate },
  pause,
  onClose,
}: DialogProps & { readonly pause?: number }) {
  const [reason, setReason] = useState('');
  const sending = useSend(
    (why: string, key: string) =>
      api.POST('/v1/entitlements/{id}/resume', {
        params: { path: { id } },
        headers: { 'Idempotency-Key': key },
        body: { ...(pause === undefined ? {} : { pause }), ...reasonIn(why) },
      }),
    { onDone: onClose },
  );
  const shifts = pause === undefined && pausedSince !== null && pauses[0]?.end === 'shift';
  return (
    <ActionDialog
      opened
      onClose={onClose}
      title={pause === undefined ? 'Resume the entitlement' : 'Take the pause back'}
      confirm={pause === undefined ? 'Resume' : 'Take it back'}
      isPending={sending.isPending}
      error={sending.error}
      onConfirm={() => sending.send(reason)}
    >
      <Text>
        {pause === undefined ? 'It takes cases again at once.' : 'The pause does not begin.'}
        {shifts && ` Its end, ${dayText(endDate)}, moves by the whole days that the pause took.`}
      </Text>
      <ReasonInput value={reason} onChange={setReason} />
    </ActionDialog>
  );
}

/** The pause that runs and those that lie ahead; nothing where there are none. */
export function Pauses({ entitlement }: { readonly entitlement: Entitlement }) {
  const { pauses, pausedSince, timeZone } = entitlement;
  const mayWrite = useMay('writeEntitlements');
  const [taken, setTaken] = useState<number | null>(null);
  if (pauses.length === 0) return null;
  return (
    <RecordSection title="Pauses">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>From</Table.Th>
            <Table.Th>Goes on</Table.Th>
            <Table.Th>The end</Table.Th>
            <Table.Th>
              <span className="only-spoken">Commands</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pauses.map(({ n, from, until, end }, index) => (
            <Table.Tr key={n}>
              <Table.Td>{from === null ? instantText(pausedSince ?? '', timeZone) : dayText(from)}</Table.Td>
              <Table.Td>{until === null ? 'when it is resumed' : dayText(until)}</Table.Td>
              <Table.Td>{end === 'keep' ? 'stays' : 'moves'}</Table.Td>
              <Table.Td>
                {mayWrite && (index > 0 || pausedSince === null) && (
                  <Button variant="subtle" size="compact-xs" onClick={() => setTaken(n)}>
                    Take back
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {taken !== null && <ResumeDialog entitlement={entitlement} pause={taken} onClose={() => setTaken(null)} />}
    </RecordSection>
  );
}
