import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { Name } from './name.tsx';

interface PageProps {
  readonly title: string;
  /** One line under the title: what the record belongs to, or what the list shows. */
  readonly subtitle?: ReactNode;
  /** Beside the title, such as a status. */
  readonly beside?: ReactNode;
  /** The commands of the page, most important first. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page with its heading and its commands. Its title is the browser tab's, too. */
export function Page({ title, subtitle, beside, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Allot`;
  }, [title]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="md">
        <Box miw={0} flex="1 1 16rem">
          <Group gap="sm" wrap="wrap">
            <Title order={1} miw={0}>
              <Name>{title}</Name>
            </Title>
            {beside}
          </Group>
          {subtitle !== undefined && (
            <Text c="dimmed" component="div" mt={4}>
              {subtitle}
            </Text>
          )}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
