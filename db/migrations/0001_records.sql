-- What PostgreSQL alone owns: people, products, settings, keys.

create table customers (
  id text primary key,
  type text not null check (type in ('account', 'contact')),
  name text not null,
  time_zone text,
  account_manager_name text,
  account_manager_email text,
  tier text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table contacts (
  id text primary key,
  customer_id text not null references customers (id),
  name text not null,
  email text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index contacts_customer on contacts (customer_id, id);

create table products (
  id text primary key,
  name text not null,
  family text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- One organisation a deployment: one row.
create table settings (
  only_row boolean primary key default true check (only_row),
  channels text[] not null
);
insert into settings (channels) values (array['phone', 'email', 'web', 'facebook', 'twitter']);

create table api_keys (
  id text primary key,
  name text not null,
  role text not null,
  -- SHA-256 of the whole key: keys are long and random, so a fast hash is enough and nothing can be read back.
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- A worker says here that it polls; readiness asks for a recent one.
create table workers (
  id text primary key,
  task_queue text not null,
  seen_at timestamptz not null default now()
);
