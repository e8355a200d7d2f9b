-- outside a transaction
-- Until when an entitlement takes cases after its end; null: it has no grace.
alter table entitlements add column if not exists grace_ends_at timestamptz;
create index concurrently if not exists entitlements_in_grace on entitlements (customer_id, grace_ends_at)
  where status = 'expired' and grace_ends_at is not null and not deleted;
-- Whether a case attached in the grace of the entitlement that it has. Its successor takes such cases over.
alter table cases add column if not exists in_grace boolean;
create index concurrently if not exists cases_in_grace on cases (entitlement_id, id) where in_grace;
