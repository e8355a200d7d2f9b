import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useRef } from 'react';

interface LeavingGuardProps {
  /** Whether leaving now would leave changes unsaved; asked at the moment of leaving. */
  readonly isUnsaved: () => boolean;
  readonly onDiscard: () => void;
}

/** Warns before a person leaves a form with changes that are not saved. */
export function LeavingGuard({ isUnsaved, onDiscard }: LeavingGuardProps) {
  // Until the next page is there, this one still is: a step back in the meantime asks nothing again.
  const isLeaving = useRef(false);
  const isHeld = () => isUnsaved() && !isLeaving.current;
  const blocker = useBlocker({ shouldBlockFn: isHeld, enableBeforeUnload: isHeld, withResolver: true });
  if (blocker.status !== 'blocked') return null;
  const leave = () => {
    isLeaving.current = true;
    blocker.proceed();
  };
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
              leave();
            }}
          >
            Discard them and leave
          </Button>
          <Button variant="default" onClick={leave}>
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
