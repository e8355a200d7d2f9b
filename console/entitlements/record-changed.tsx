import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';

/** Somebody else changed the entitlement: what the API says, and the way to see what it is now. Nothing typed is lost. */
export function ChangedMeanwhile({ error, onReload }: { readonly error: unknown; readonly onReload: () => void }) {
  const queries = useQueryClient();
  const reload = async () => {
    await queries.invalidateQueries();
    onReload();
  };
  return (
    <Alert color="yellow" variant="light" role="alert" title="It was changed by somebody else">
      <Stack gap="xs">
        <Text>
          {error instanceof Error ? error.message : ''} Look at what it is now; then you can try again, with what you
          typed.
        </Text>
        <Group>
          <Button variant="default" size="xs" onClick={() => void reload()}>
            Show what it is now
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
