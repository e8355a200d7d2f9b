import { Badge } from '@mantine/core';

const COLORS: Readonly<Record<string, string>> = {
  active: 'pine',
  waiting: 'blue',
  draft: 'gray',
  expired: 'orange',
  canceled: 'red',
  resolved: 'gray',
};

/** The status of an entitlement or a case: a word and a colour, never a colour alone. */
export function StatusBadge({ status }: { readonly status: string }) {
  return (
    <Badge variant="light" color={COLORS[status] ?? 'gray'} size="sm" tt="none" autoContrast>
      {status}
    </Badge>
  );
}
