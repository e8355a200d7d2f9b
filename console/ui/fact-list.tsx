import { Box, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A name, and what stands beside it. */
export type Fact = readonly [name: string, value: ReactNode];

interface FactListProps {
  readonly facts: readonly Fact[];
  /** One below the other, where there is little room. */
  readonly isNarrow?: boolean;
}

/** What is to be known of a record, as pairs of a name and a value. */
export const FactList = ({ facts, isNarrow = false }: FactListProps) => (
  <SimpleGrid
    component="dl"
    m={0}
    cols={isNarrow ? 1 : { base: 1, xs: 2, md: 3, lg: 4 }}
    spacing="md"
    verticalSpacing="sm"
  >
    {facts.map(([name, value]) => (
      <Box key={name} miw={0}>
        <Text component="dt" size="sm" c="dimmed">
          {name}
        </Text>
        <Text component="dd" m={0}>
          {value}
        </Text>
      </Box>
    ))}
  </SimpleGrid>
);
