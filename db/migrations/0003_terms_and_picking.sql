-- Overage and charges in the ledger; what a case says of its entitlement; how cases are picked for.

alter table ledger
  -- How much more of the case lies past the allotment, in cases or minutes.
  add overage integer not null default 0,
  -- {quantity, unitPrice, currency}: negative quantities take back.
  add charge jsonb;
alter table ledger alter overage drop default;

-- In words, how the case came to its entitlement, or why it has none. Its reason says it in one word.
alter table cases
  add explanation text,
  -- The entitlement that it came from, and that one's ledger row by which it was known; without one, the version.
  add moved_from text,
  add moved_from_seq integer,
  -- Counts the changes of a case without an entitlement, and each time that it lost one.
  add version integer,
  -- The entitlement that it was taken off last, and the row that says so: older rows of that one link it no more.
  add left_id text,
  add left_seq integer;

alter table entitlements
  -- At most one of a customer, and only an active one. PostgreSQL alone owns it.
  add is_default boolean;
create unique index entitlements_default on entitlements (customer_id) where is_default;
-- What a case can be given: the customer's entitlements that are active, or about to be.
create index entitlements_offered on entitlements (customer_id, id) where status in ('waiting', 'active') and not deleted;

alter table settings
  add auto_apply_default_on_case_create boolean not null default true,
  add auto_apply_default_on_case_update boolean not null default false,
  add matching boolean not null default true,
  add demand_entitlement boolean not null default false;

-- set-default and clear-default: once only by their keys.
create table default_commands (
  key text primary key,
  entitlement_id text not null,
  action text not null,
  at timestamptz not null default now()
);
