-- outside a transaction
-- Since when an entitlement is paused; null: it is not. Few are paused at a time.
alter table entitlements add column if not exists paused_since timestamptz;
create index concurrently if not exists entitlements_paused on entitlements (id) where paused_since is not null;
