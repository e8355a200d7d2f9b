-- What the peers keep, each in a database of its own: the least that holds the same promises as Allot for entitlements
-- of cases, taken on creation, restricted.
create table customers (
  id text primary key,
  type text not null,
  name text not null
);

create table entitlements (
  id text primary key,
  name text not null,
  customer_id text not null references customers,
  status text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  total integer not null,
  remaining integer not null check (remaining >= 0),
  seq integer not null,
  channels text[]
  -- Room on each page, so that an attach rewrites its row in place and touches no index.
) with (fillfactor = 70);
create index entitlements_by_customer on entitlements (customer_id);
create index entitlements_to_start on entitlements (starts_at) where status = 'waiting';
create index entitlements_to_expire on entitlements (ends_at) where status in ('waiting', 'active');

create table cases (
  id text primary key,
  customer_id text not null,
  channel text,
  status text not null,
  entitlement_id text not null,
  created_at timestamptz not null default now()
);

create table ledger (
  entitlement_id text not null,
  seq integer not null,
  kind text not null,
  at timestamptz not null default now(),
  key text,
  case_id text,
  change integer not null,
  remaining_after integer not null,
  refusal text,
  primary key (entitlement_id, seq)
);
create unique index ledger_by_key on ledger (key) where key is not null;
