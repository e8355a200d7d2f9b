import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './record.module.css';

interface SectionProps {
  readonly title: string;
  /** Beside the heading, such as a switch. */
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the page with its own heading. */
export const RecordSection = ({ title, beside, children }: SectionProps) => (
  <Paper component="section" withBorder p="md" aria-label={title} miw={0}>
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Title order={2}>{title}</Title>
        {beside}
      </Group>
      {children}
    </Stack>
  </Paper>
);

/** One fact of a record: what it is, and its value. `null` says that there is none. */
export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

/** Facts one under the other, as a list of terms and their values. */
export const FactList = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl className={styles.facts}>
    {facts.map(({ label, value }) => (
      <div key={label}>
        <Text component="dt" c="dimmed" size="sm">
          {label}
        </Text>
        <Text component="dd" m={0}>
          {value ?? (
            <Text span c="dimmed">
              none
            </Text>
          )}
        </Text>
      </div>
    ))}
  </dl>
);
