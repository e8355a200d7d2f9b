import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
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

/** Two lines of a cell: what matters, and what explains it. */
export const TwoLines = ({ first, second }: { readonly first: ReactNode; readonly second: ReactNode }) => (
  <>
    {first}
    <Text span c="dimmed" fz="sm" display="block">
      {second}
    </Text>
  </>
);

/** A day, an amount or the like, which stays on one line. */
export const OnOneLine = ({ children }: { readonly children: string }) => (
  <Text span inherit className="one-line">
    {children}
  </Text>
);

/** A customer by name; by id where the record of the customer is not there. */
export const CustomerLink = ({ id, name }: { readonly id: string; readonly name: string | null }) => (
  <RecordLink to={`/customers/${encodeURIComponent(id)}`} name={name ?? id} />
);

interface OfCustomerProps {
  readonly to: string;
  readonly name: string;
  readonly customerId: string;
  readonly customerName: string | null;
}

/** A record with its customer below. */
export const OfCustomer = ({ to, name, customerId, customerName }: OfCustomerProps) => (
  <TwoLines first={<RecordLink to={to} name={name} />} second={<CustomerLink id={customerId} name={customerName} />} />
);
