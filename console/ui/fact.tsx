import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

const NAME_WIDTH = 140;

/** One line of a record: what it is called, and what it is. It stands in a table without borders. */
export const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <Table.Tr>
    <Table.Th scope="row" fw={400} c="dimmed" w={NAME_WIDTH} ta="start">
      {name}
    </Table.Th>
    <Table.Td>{children}</Table.Td>
  </Table.Tr>
);
