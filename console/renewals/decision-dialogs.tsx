import { Alert, List, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { LONGEST_REASON } from '../data/limits.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { formErrorsOf } from '../ui/form-errors.ts';
import { dayText } from '../ui/format.ts';
import { mayHaveArrived, type useDecision } from './decide.ts';
import type { Decision } from './decisions.ts';
import type { RenewalRecord } from './record.ts';
import { offerText } from './terms-rows.ts';
import { plusDays } from './words.ts';

export interface DecisionProps {
  readonly record: RenewalRecord;
  readonly decision: ReturnType<typeof useDecision>;
  readonly onClose: () => void;
}

/** If the answer was lost, the same decision can be sent again: it is taken only once. */
export const LostAnswer = ({ error }: { readonly error: unknown }) =>
  mayHaveArrived(error) ? (
    <Alert color="yellow" variant="light">
      Your decision may have arrived or not. Decide the same again: it is taken only once.
    </Alert>
  ) : null;

/** What an acceptance does, said before it is made. */
export function AcceptanceNotes({ record: { renewal, zone } }: { readonly record: RenewalRecord }) {
  const { stage, endDate, accountManager } = renewal;
  return (
    <List size="sm">
      <List.Item>
        {stage === 'lapsed'
          ? 'The successor starts at once, and lasts as long as the entitlement did.'
          : `The successor waits and starts when the entitlement ends, on ${dayText(plusDays(endDate, 1))} in ${zone}. It lasts as long as the entitlement did.`}
      </List.Item>
      <List.Item>
        Cases are then attached to the successor. Cases that are attached already go on as they are.
      </List.Item>
      <List.Item>
        {accountManager === null ? (
          'Programs that listen are told.'
        ) : (
          <>
            <bdi>{accountManager.name}</bdi> gets a mail, and programs that listen are told.
          </>
        )}
      </List.Item>
    </List>
  );
}

/** The dialog of one decision. */
export function DecisionDialogs({ which, ...props }: DecisionProps & { readonly which: Exclude<Decision, 'change'> }) {
  if (which === 'accept') return <AcceptDialog {...props} />;
  return which === 'snooze' ? <SnoozeDialog {...props} /> : <DeclineDialog {...props} />;
}

function AcceptDialog({ record, decision, onClose }: DecisionProps) {
  const { send, isPending, error } = decision;
  const [reason, setReason] = useState('');
  return (
    <ActionDialog
      opened
      title="Accept the renewal"
      confirm="Accept as proposed"
      {...{ isPending, error, onClose }}
      onConfirm={() => send({ command: 'accept', body: reason.trim() === '' ? {} : { reason: reason.trim() } })}
    >
      <Text>
        Proposed: <bdi>{offerText(record.entitlement, record.renewal.proposal)}</bdi>.
      </Text>
      <AcceptanceNotes record={record} />
      <TextInput
        label="Reason (optional)"
        maxLength={LONGEST_REASON}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        error={formErrorsOf(error).reason}
      />
      <LostAnswer error={error} />
    </ActionDialog>
  );
}

function SnoozeDialog({ record, decision, onClose }: DecisionProps) {
  const { send, isPending, error } = decision;
  const { renewal, zone, today } = record;
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const errors = formErrorsOf(error);
  const isLate = until !== '' && until > renewal.endDate;
  return (
    <ActionDialog
      opened
      title="Snooze the renewal"
      confirm="Snooze"
      {...{ isPending, error, onClose }}
      onConfirm={() =>
        send({ command: 'snooze', body: { until, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) } })
      }
    >
      <Text>Nobody is reminded before that day, in {zone}. Then the renewal comes back with a reminder.</Text>
      <TextInput
        type="date"
        label="Remind again on"
        required
        min={plusDays(today, 1)}
        value={until}
        onChange={({ currentTarget }) => setUntil(currentTarget.value)}
        error={errors.until}
      />
      {isLate && (
        <Text c="orange">
          The entitlement ends before that day, on {dayText(renewal.endDate)}: the renewal then lapses unless somebody
          decides.
        </Text>
      )}
      <TextInput
        label="Reason (optional)"
        maxLength={LONGEST_REASON}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        error={errors.reason}
      />
      <LostAnswer error={error} />
    </ActionDialog>
  );
}

function DeclineDialog({ record, decision, onClose }: DecisionProps) {
  const { send, isPending, error } = decision;
  const [reason, setReason] = useState('');
  const { renewal } = record;
  return (
    <ActionDialog
      opened
      danger
      title="Decline the renewal"
      confirm="Decline"
      {...{ isPending, error, onClose }}
      onConfirm={() => send({ command: 'decline', body: { reason: reason.trim() } })}
    >
      <Text>
        {renewal.stage === 'lapsed'
          ? 'The entitlement has ended and gets no successor.'
          : `The entitlement ends on ${dayText(renewal.endDate)} without a successor: no new case is attached after it.`}{' '}
        This cannot be undone; somebody can still renew the entitlement by hand once it has ended.
      </Text>
      <Textarea
        label="Reason"
        required
        autosize
        maxLength={LONGEST_REASON}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        error={formErrorsOf(error).reason}
      />
      <LostAnswer error={error} />
    </ActionDialog>
  );
}
