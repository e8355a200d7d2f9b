import { Alert, Button, Group, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';

/** The record is another one than the person has opened, so it must not be replaced unseen. */
export class ChangedMeanwhile<Record> extends Error {
  override readonly name = 'ChangedMeanwhile';
  /** The record as it is now. */
  readonly present: Record;

  constructor(present: Record, message = 'Somebody else changed this record since you opened it. Nothing was saved.') {
    super(message);
    this.present = present;
  }
}

/** Throws `ChangedMeanwhile` if the record is not the one that was opened. */
export function assertUnchanged<Saved extends { readonly updatedAt: string }>(opened: Saved, present: Saved): void {
  if (opened.updatedAt !== present.updatedAt) throw new ChangedMeanwhile(present);
}

interface ChangedNoteProps {
  /** What they changed, if it is known: the channels. */
  readonly what?: string;
  /** Takes what the person typed off the screen, and shows what the other one saved. */
  readonly onLoad: () => void;
  /** Saves what the person typed in spite of it. */
  readonly onReplace: () => void;
}

/** Says that somebody else was faster, and asks which of the two counts. */
export const ChangedNote = ({ what = 'this record', onLoad, onReplace }: ChangedNoteProps) => (
  <Alert role="alert" color="yellow" variant="light" icon={<IconUsers aria-hidden />} title="Changed by somebody else">
    <Text mb="sm">
      Somebody else changed {what} since you opened it. Nothing was saved; what you typed is still here.
    </Text>
    <Group gap="xs">
      <Button size="xs" variant="default" onClick={onLoad}>
        Show their version
      </Button>
      <Button size="xs" variant="default" onClick={onReplace}>
        Replace it by mine
      </Button>
    </Group>
  </Alert>
);
