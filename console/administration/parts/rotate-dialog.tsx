import { NumberInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { Name } from '../../ui/name.tsx';
import { ReasonInput, reasonIn } from '../../ui/reason-input.tsx';
import { useSend } from '../../ui/use-send.ts';

const OVERLAP_HOURS = 24;
const MAX_OVERLAP_HOURS = 168;

export interface Rotation {
  readonly id: string;
  readonly overlapHours: number;
  /** The new last day, `YYYY-MM-DD`; absent: what has the secret ends when it would have ended. */
  readonly lastDay?: string;
  readonly reason?: string;
}

interface RotateDialogProps<Told> {
  /** What gets a new secret; undefined closes the dialog. */
  readonly of: { readonly id: string; readonly name: string } | undefined;
  /** What the old secret does meanwhile. */
  readonly meanwhile: string;
  /** What the field for a new last day says; without it there is no such field. */
  readonly lastDayHint?: string;
  readonly rotate: (rotation: Rotation, key: string) => Promise<Told | undefined>;
  readonly onClose: () => void;
  readonly onTold: (told: Told) => void;
}

/** Asks how long the old secret goes on working before there is a new one. */
export function RotateDialog<Told>({ of, meanwhile, lastDayHint, rotate, onClose, onTold }: RotateDialogProps<Told>) {
  const [hours, setHours] = useState<number | string>(OVERLAP_HOURS);
  const [lastDay, setLastDay] = useState('');
  const [reason, setReason] = useState('');
  const { send, isPending, error, reset } = useSend(rotate, {
    onDone: (told) => {
      setReason('');
      setHours(OVERLAP_HOURS);
      setLastDay('');
      if (told !== undefined) onTold(told);
    },
  });
  const close = () => {
    reset();
    onClose();
  };
  return (
    <ActionDialog
      opened={of !== undefined}
      onClose={close}
      title="Rotate the secret"
      confirm="Make a new secret"
      isPending={isPending}
      error={error}
      onConfirm={() =>
        of !== undefined &&
        send({
          id: of.id,
          overlapHours: Number(hours),
          ...(lastDay === '' ? {} : { lastDay }),
          ...reasonIn(reason),
        })
      }
    >
      <Text>
        <Name fw={600}>{of?.name ?? ''}</Name> gets a new secret. {meanwhile}
      </Text>
      <NumberInput
        label="Hours that the old secret still works"
        description="0 ends it at once."
        min={0}
        max={MAX_OVERLAP_HOURS}
        required
        value={hours}
        onChange={setHours}
      />
      {lastDayHint !== undefined && (
        <TextInput
          label="Last day"
          type="date"
          description={lastDayHint}
          value={lastDay}
          onChange={(event) => setLastDay(event.currentTarget.value)}
        />
      )}
      <ReasonInput value={reason} onChange={setReason} />
    </ActionDialog>
  );
}
