import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Name } from '../ui/name.tsx';

interface RecordLinkProps {
  readonly noun: 'customers' | 'entitlements' | 'cases' | 'renewals';
  readonly id: string;
  /** Null for a record without a name: its id is shown. */
  readonly name: string | null;
}

/** A record by its name, with the way to its page. */
export const RecordLink = ({ noun, id, name }: RecordLinkProps) => (
  <Anchor component={Link} to={`/${noun}/${encodeURIComponent(id)}`} inherit>
    <Name>{name ?? id}</Name>
  </Anchor>
);
