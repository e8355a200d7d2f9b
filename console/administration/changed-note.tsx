import { Alert, Button, Group, Text } from '@mantine/core';

interface ChangedNoteProps {
  readonly message: string;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

/** Two people changed the same thing: the person at the screen decides whose values stand. */
export const ChangedNote = ({ message, onKeepMine, onTakeTheirs }: ChangedNoteProps) => (
  <Alert color="yellow" variant="light" role="alert">
    <Text>{message}</Text>
    <Group gap="xs" mt="xs">
      <Button size="xs" variant="default" onClick={onTakeTheirs}>
        Show theirs
      </Button>
      <Button size="xs" variant="default" onClick={onKeepMine}>
        Save mine over theirs
      </Button>
    </Group>
  </Alert>
);
