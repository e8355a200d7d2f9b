import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Shapes } from '../data/api.ts';
import { ChannelPicker } from '../pickers/channel-picker.tsx';
import { ContactPicker } from '../pickers/contact-picker.tsx';
import { ProductPicker } from '../pickers/product-picker.tsx';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { type CaseDialogProps, patchCase, useCaseChange, useWhenOpened } from './change-case.ts';
import { MinutesInput } from './state-dialogs.tsx';

interface Details {
  readonly contactId: string | null;
  readonly productId: string | null;
  readonly channel: string | null;
  readonly minutes: number | string;
}

const detailsOf = ({ contactId, productId, channel, minutes }: Shapes['CaseWithDecision']): Details => ({
  contactId,
  productId,
  channel,
  minutes,
});

/**
 * Only what the person changed since the dialog opened is sent. The cover of a case is checked anew when it changes, and
 * what somebody else has changed meanwhile stays.
 */
function changesOf(before: Details, after: Details): Shapes['CasePatch'] {
  const { contactId, productId, channel, minutes } = after;
  return {
    ...(contactId === before.contactId ? {} : { contactId }),
    ...(productId === before.productId ? {} : { productId }),
    ...(channel === before.channel ? {} : { channel }),
    ...(minutes === before.minutes || typeof minutes !== 'number' ? {} : { minutes }),
  };
}

/** Changes what the case is about. */
export function DetailsDialog(props: CaseDialogProps) {
  const { opened, onClose, supportCase } = props;
  const { send, isPending, error } = useCaseChange(props, 'The case is changed.', patchCase);
  const [before, setBefore] = useState(() => detailsOf(supportCase));
  const [details, setDetails] = useState(before);
  useWhenOpened(opened, () => {
    setBefore(detailsOf(supportCase));
    setDetails(detailsOf(supportCase));
  });
  const change = (changes: Partial<Details>) => setDetails((now) => ({ ...now, ...changes }));
  const changes = changesOf(before, details);
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title="Change the case"
      confirm="Save"
      isPending={isPending}
      error={error}
      onConfirm={() => (Object.keys(changes).length === 0 ? onClose() : send(changes))}
    >
      <Stack gap="sm">
        <Text c="dimmed" size="sm">
          The entitlement checks the case anew. It refuses a change that it does not cover.
        </Text>
        <ContactPicker
          label="Contact"
          customer={supportCase.customerId}
          value={details.contactId}
          onChange={(contactId) => change({ contactId })}
        />
        <ProductPicker label="Product" value={details.productId} onChange={(productId) => change({ productId })} />
        <ChannelPicker label="Channel" value={details.channel} onChange={(channel) => change({ channel })} />
        <MinutesInput value={details.minutes} onChange={(minutes) => change({ minutes })} error={error} />
      </Stack>
    </ActionDialog>
  );
}
