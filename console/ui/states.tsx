import { Alert, Button, Center, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconPlugConnectedX, IconSearchOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isRefusedAs, NoAnswer, wordsOf } from '../data/api-problem.ts';

const ROW_HEIGHT = 36;

/** Grey rows in the place of what is being read, so that nothing moves when it arrives. */
export function Loading({ rows = 6 }: { readonly rows?: number }) {
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <Skeleton key={row} height={ROW_HEIGHT} />
      ))}
    </Stack>
  );
}

interface EmptyProps {
  readonly title: string;
  /** What would stand here, or what to do so that something does. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** There is nothing to show. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <Center py="xl" px="md">
      <Stack gap="xs" align="center" maw={480} ta="center">
        <Text fw={600}>{title}</Text>
        {children !== undefined && (
          <Text c="dimmed" component="div">
            {children}
          </Text>
        )}
        {action}
      </Stack>
    </Center>
  );
}

function looksOf(error: unknown) {
  if (error instanceof NoAnswer)
    return { icon: <IconPlugConnectedX />, title: 'Allot does not answer', color: 'yellow' };
  if (isRefusedAs(error, 'forbidden')) return { icon: <IconLock />, title: 'You may not see this', color: 'gray' };
  if (isRefusedAs(error, 'not_found'))
    return { icon: <IconSearchOff />, title: 'There is no such record', color: 'gray' };
  return { icon: <IconAlertTriangle />, title: 'This could not be read', color: 'red' };
}

interface FailureProps {
  readonly error: unknown;
  /** Tries again; left out where a second try cannot help. */
  readonly onRetry?: () => void;
}

/** What was to be shown could not be read: why, and the way on. */
export function Failure({ error, onRetry }: FailureProps) {
  const { icon, title, color } = looksOf(error);
  return (
    <Alert icon={icon} color={color} variant="light" role="alert" title={<Title order={3}>{title}</Title>}>
      <Stack gap="sm" align="flex-start">
        <Text>{wordsOf(error)}</Text>
        {onRetry !== undefined && (
          <Button variant="default" size="xs" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
