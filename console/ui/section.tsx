import { Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  /** Beside the heading: links and commands. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page with a heading of its own. Its tables are landmarks with names of their own. */
export const Section = ({ title, actions, children }: SectionProps) => (
  <Stack gap="sm">
    <Group justify="space-between" gap="sm">
      <Title order={2}>{title}</Title>
      {actions !== undefined && <Group gap="sm">{actions}</Group>}
    </Group>
    {children}
  </Stack>
);
