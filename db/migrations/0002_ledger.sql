-- The ledger and what is read from it.

create table ledger (
  entitlement_id text not null,
  -- Numbered by the entitlement's workflow, 1, 2, 3 … without gaps.
  seq integer not null check (seq > 0),
  kind text not null,
  at timestamptz not null,
  key text,
  fingerprint text,
  by text not null,
  reason text,
  case_id text,
  channel text,
  -- In cases or minutes, added to what remains. Remaining is the sum of it, always.
  change integer not null,
  held_change integer not null,
  open_change smallint not null,
  remaining_after integer,
  case_after jsonb,
  refusal text,
  detail text,
  facts jsonb,
  primary key (entitlement_id, seq)
);
-- Once only: an entitlement keeps one row a key. By key alone it answers a retry that names no entitlement.
create unique index ledger_once on ledger (key, entitlement_id) where key is not null;
-- The newest row of a case on an entitlement, for cases that the workflow has forgotten.
create index ledger_case on ledger (case_id, entitlement_id, seq) where case_id is not null;

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'The ledger is append-only: % is refused.', tg_op using errcode = 'restrict_violation';
end
$$;
create trigger ledger_append_only before update or delete or truncate on ledger
  for each statement execute function ledger_is_append_only();

-- The read model: how each entitlement stands after its row number seq.
create table entitlements (
  id text primary key,
  name text not null,
  customer_id text not null,
  status text not null check (status in ('draft', 'waiting', 'active', 'expired', 'canceled')),
  start_date date not null,
  end_date date not null,
  starts_at timestamptz,
  ends_at timestamptz,
  remaining_term integer,
  renewed_by_id text,
  renews_id text,
  seq integer not null,
  -- Counts the workflow's checkpoints; see EntitlementRun.
  generation integer not null,
  deleted boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- The whole of it, from which a completed workflow is brought back.
  state jsonb not null
);
create index entitlements_customer on entitlements (customer_id, id) where not deleted;
create index entitlements_status on entitlements (status, id) where not deleted;

create table cases (
  id text primary key,
  customer_id text not null,
  contact_id text,
  product_id text,
  channel text,
  title text,
  status text not null check (status in ('active', 'resolved', 'canceled')),
  minutes integer not null,
  decrement_entitlement_term boolean not null,
  entitlement_id text,
  -- The ledger row of that entitlement that this row was last made from.
  entitlement_seq integer,
  -- Why the case has, or has not, an entitlement.
  reason text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- Events of cases without an entitlement: once only as well.
create table unattached_events (
  key text primary key,
  fingerprint text not null,
  case_id text not null,
  outcome jsonb not null,
  at timestamptz not null
);
