import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Name } from '../ui/name.tsx';

/** The address of an entitlement. */
export const entitlementAddress = (id: string): string => `/entitlements/${encodeURIComponent(id)}`;
export const caseAddress = (id: string): string => `/cases/${encodeURIComponent(id)}`;
export const renewalAddress = (id: string): string => `/renewals/${encodeURIComponent(id)}`;

/** The name of a record as a link to it. */
export const RecordLink = ({ to, name }: { readonly to: string; readonly name: string }) => (
  <Anchor component={Link} to={to}>
    <Name>{name}</Name>
  </Anchor>
);

/** A customer by name; by id where the record of the customer is not there. */
export const CustomerLink = ({ id, name }: { readonly id: string; readonly name: string | null }) => (
  <RecordLink to={`/customers/${encodeURIComponent(id)}`} name={name ?? id} />
);
