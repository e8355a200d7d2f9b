import { Text } from '@mantine/core';
import { useState } from 'react';
import { CandidateChoice, OverrideReason } from '../coverage/candidate-choice.tsx';
import { type Candidate, useMatch } from '../coverage/use-match.ts';
import type { Shapes } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { type CaseDialogProps, patchCase, useCaseChange, useWhenOpened } from './change-case.ts';

const questionOf = ({ customerId, contactId, productId, channel, minutes }: Shapes['CaseWithDecision']) => ({
  customerId,
  contactId,
  productId,
  channel,
  minutes,
});

/** Moves the case to another active entitlement of its customer, or attaches one that has none. */
export function MoveDialog(props: CaseDialogProps) {
  const { opened, onClose, supportCase } = props;
  const { entitlementId: presentId } = supportCase;
  const mayOverride = useMay('override');
  const match = useMatch(opened ? questionOf(supportCase) : null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  useWhenOpened(opened, () => {
    setChosen(null);
    setReason('');
  });
  const done = presentId === null ? 'The case is attached.' : 'The case has moved.';
  const { send, isPending, error } = useCaseChange(props, done, patchCase);
  const others = (match.data?.candidates ?? []).filter(({ entitlementId }) => entitlementId !== presentId);
  const target = others.find(({ entitlementId }) => entitlementId === chosen);
  const move = ({ entitlementId, covers }: Candidate) =>
    send({ entitlementId, ...(covers ? {} : { override: { reason: reason.trim() } }) });
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title={presentId === null ? 'Attach the case' : 'Move the case'}
      confirm={presentId === null ? 'Attach' : 'Move'}
      isPending={isPending}
      error={error}
      onConfirm={() => target !== undefined && move(target)}
    >
      <QueryView query={match}>
        {() =>
          others.length === 0 ? (
            <Text>The customer has no other active entitlement.</Text>
          ) : (
            <CandidateChoice
              label="To"
              candidates={others}
              value={chosen}
              onChange={setChosen}
              mayOverride={mayOverride}
            />
          )
        }
      </QueryView>
      {target !== undefined && !target.covers && (
        <OverrideReason refusal={target.reason ?? ''} value={reason} onChange={setReason} />
      )}
      <Text c="dimmed" size="sm">
        The new entitlement accepts the case first; then the old one gets back what the case took.
      </Text>
    </ActionDialog>
  );
}
