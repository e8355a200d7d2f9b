import { Button, Group, Text } from '@mantine/core';

interface ListPagerProps {
  /** The cursor of the present page; undefined on the first. */
  readonly cursor: string | undefined;
  readonly nextCursor: string | null;
  readonly shown: number;
  /** Goes to the page of the cursor, undefined for the first. */
  readonly onGo: (cursor: string | undefined) => void;
}

/** Leads through a list by cursor. Each page has its own address, so the browser's Back leads to the one before. */
export function ListPager({ cursor, nextCursor, shown, onGo }: ListPagerProps) {
  if (cursor === undefined && nextCursor === null) return <Text c="dimmed">{shown} shown, all there are</Text>;
  return (
    <Group component="nav" aria-label="Pages" gap="xs">
      <Button variant="default" size="xs" disabled={cursor === undefined} onClick={() => onGo(undefined)}>
        First page
      </Button>
      <Button variant="default" size="xs" disabled={nextCursor === null} onClick={() => onGo(nextCursor ?? undefined)}>
        Next page
      </Button>
      <Text c="dimmed">{shown} shown</Text>
    </Group>
  );
}
