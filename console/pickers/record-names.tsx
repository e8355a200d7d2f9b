import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { $api } from '../data/api.ts';
import { Name } from '../ui/name.tsx';

/** Names change rarely: one that was read is shown for this long without asking again. */
const KEPT_MS = 300_000;
const KEPT = { staleTime: KEPT_MS, retry: false };

/** The name of a customer as a link to its page; the id until it is read, or if it cannot be. */
export function CustomerLink({ id }: { readonly id: string }) {
  const { data, isPending } = $api.useQuery('get', '/v1/customers/{id}', { params: { path: { id } } }, KEPT);
  return (
    <Anchor component={Link} to={`/customers/${encodeURIComponent(id)}`}>
      <Name isBusy={isPending}>{data?.name ?? id}</Name>
    </Anchor>
  );
}

/** The name of an entitlement; the id until it is read, or if it cannot be. */
export function EntitlementName({ id }: { readonly id: string }) {
  const { data, isPending } = $api.useQuery('get', '/v1/entitlements/{id}', { params: { path: { id } } }, KEPT);
  return <Name isBusy={isPending}>{data?.name ?? id}</Name>;
}

/** The same as a link to its page. */
export const EntitlementLink = ({ id }: { readonly id: string }) => (
  <Anchor component={Link} to={`/entitlements/${encodeURIComponent(id)}`}>
    <EntitlementName id={id} />
  </Anchor>
);

/** The name of a contact; the id until it is read, or if it cannot be. */
export function ContactName({ id }: { readonly id: string }) {
  const { data, isPending } = $api.useQuery('get', '/v1/contacts/{id}', { params: { path: { id } } }, KEPT);
  return <Name isBusy={isPending}>{data?.name ?? id}</Name>;
}

/** The same for a product. */
export function ProductName({ id }: { readonly id: string }) {
  const { data, isPending } = $api.useQuery('get', '/v1/products/{id}', { params: { path: { id } } }, KEPT);
  return <Name isBusy={isPending}>{data?.name ?? id}</Name>;
}

/** The same for a template. */
export function TemplateName({ id }: { readonly id: string }) {
  const { data, isPending } = $api.useQuery('get', '/v1/templates/{id}', { params: { path: { id } } }, KEPT);
  return <Name isBusy={isPending}>{data?.name ?? id}</Name>;
}

/** The same for a service level. */
export function SlaName({ id }: { readonly id: string }) {
  const { data, isPending } = $api.useQuery('get', '/v1/slas/{id}', { params: { path: { id } } }, KEPT);
  return <Name isBusy={isPending}>{data?.name ?? id}</Name>;
}
