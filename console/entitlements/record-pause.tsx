import { Button, Group, Radio, Stack, Table, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { api, type Shapes } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { formErrorsOf } from '../ui/form-errors.ts';
import { dayText, instantText } from '../ui/format.ts';
import { ReasonInput, reasonIn } from '../ui/reason-input.tsx';
import { useSend } from '../ui/use-send.ts';
import { DayInput } from './form-parts.tsx';
import type { Entitlement } from './record-commands-allowed.ts';
import { PreviewShown } from './record-preview.tsx';
import { previewIn } from './record-preview-answer.ts';
import { PreviewedDialog, usePreviewed, usePreviewOnOpening } from './record-previewed.tsx';
import { RecordSection } from './record-section.tsx';

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

type Body = Shapes['PauseInput'];

const NOTHING: PauseValues = { from: '', until: '', end: 'keep', reason: '' };

async function look(id: string, body: Body): Promise<Shapes['Preview']> {
  const { data } = await api.POST('/v1/entitlements/{id}/pause', {
    params: { path: { id }, query: { preview: 'true' } },
    body,
  });
  return previewIn(data);
}

const bodyOf = ({ from, until, end, reason }: PauseValues): Body => ({
  from: from === '' ? 'now' : from,
  until: until === '' ? null : until,
  end,
  reason: reason.trim(),
});

/** Stops the cover for a while, at once or from a day on: first shows what that would do. */
export function PauseDialog({ entitlement: { id, timeZone }, onClose }: DialogProps) {
  const form = useForm<PauseValues>({ initialValues: NOTHING });
  const { until, end } = form.values;
  const previewed = usePreviewed({
    body: bodyOf(form.values),
    look: (body: Body) => look(id, body),
    make: ({ body, seen: { before } }, key) =>
      api.POST('/v1/entitlements/{id}/pause', {
        params: { path: { id } },
        // What was previewed is what the person saw.
        headers: { 'Idempotency-Key': key, 'If-Match': `"${before.version}"` },
        body,
      }),
    onDone: onClose,
  });
  const refused = formErrorsOf(previewed.error);
  const names = Object.keys(refused);
  return (
    <PreviewedDialog
      title="Pause the entitlement"
      confirm="Pause"
      previewed={previewed}
      after={until === '' ? 'While it is paused' : 'Once it goes on'}
      isPlaced={names.length > 0 && names.every((name) => name in NOTHING)}
      onConfirm={previewed.confirm}
      onClose={onClose}
    >
      <Text>While it is paused it takes no new cases. Its open cases go on. Its days are days in {timeZone}.</Text>
      <Group grow align="flex-start">
        <DayInput
          label="First day"
          description="Empty: now"
          {...form.getInputProps('from')}
          error={refused.from}
          data-autofocus
        />
        <DayInput
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
        error={refused.reason}
        onChange={(reason) => form.setFieldValue('reason', reason)}
      />
      {previewed.seen !== undefined && until === '' && end === 'shift' && (
        <Text>How far its end moves is known once it is resumed.</Text>
      )}
    </PreviewedDialog>
  );
}

async function lookAtResume(id: string, pause: { readonly pause?: number }): Promise<Shapes['Preview']> {
  const { data } = await api.POST('/v1/entitlements/{id}/resume', {
    params: { path: { id }, query: { preview: 'true' } },
    body: pause,
  });
  return previewIn(data);
}

/** Ends the pause that runs, or takes back the one with that number, which lies ahead; shows first what that does. */
export function ResumeDialog({
  entitlement: { id, pauses, pausedSince, endDate },
  pause,
  onClose,
}: DialogProps & { readonly pause?: number }) {
  const [reason, setReason] = useState('');
  const which = pause === undefined ? {} : { pause };
  const { seen, error } = usePreviewOnOpening(() => lookAtResume(id, which));
  const sending = useSend(
    (why: string, key: string) =>
      api.POST('/v1/entitlements/{id}/resume', {
        params: { path: { id } },
        headers: { 'Idempotency-Key': key },
        body: { ...which, ...reasonIn(why) },
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
      error={sending.error ?? error}
      onConfirm={() => sending.send(reason)}
    >
      <Text>
        {pause === undefined ? 'It takes cases again at once.' : 'The pause does not begin.'}
        {shifts && ` Its end, ${dayText(endDate)}, moves by the whole days that the pause took.`}
      </Text>
      {seen !== undefined && <PreviewShown preview={seen} />}
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
