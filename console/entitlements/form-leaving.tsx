import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';

interface LeavingGuardProps {
  /** Whether leaving now would leave changes unsaved; asked at the moment of leaving. */
  readonly isUnsaved: () => boolean;
  readonly onDiscard: () => void;
}

/** Warns before a person leaves a form with changes that are not saved. */
export function LeavingGuard({ isUnsaved, onDiscard }: LeavingGuardProps) {
  const blocker = useBlocker({ shouldBlockFn: isUnsaved, enableBeforeUnload: isUnsaved, withResolver: true });
  if (blocker.status !== 'blocked') return null;
  return (
    <Modal opened onClose={blocker.reset} title="Leave without saving?" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text>Your changes are not saved. This tab keeps them until you close it: come back, and they are here.</Text>
        <Group justify="flex-end" gap="xs">
          <Button
            variant="subtle"
            color="red"
            onClick={() => {
              onDiscard();
              blocker.proceed();
            }}
          >
            Discard them and leave
          </Button>
          <Button variant="default" onClick={blocker.proceed}>
            Leave and keep them
          </Button>
          <Button onClick={blocker.reset} data-autofocus>
            Stay
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
