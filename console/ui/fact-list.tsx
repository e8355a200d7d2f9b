import { Box, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A name, and what stands beside it. */
export type Fact = readonly [name: string, value: ReactNode];

/** What is to be known of a record, as pairs of a name and a value. */
export const FactList = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <SimpleGrid component="dl" m={0} cols={{ base: 1, xs: 2, md: 3, lg: 4 }} spacing="md" verticalSpacing="sm">
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
