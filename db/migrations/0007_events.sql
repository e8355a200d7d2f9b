-- What leaves the house: events for webhooks, e-mails, and how their delivery goes.

create table events (
  id bigint generated always as identity primary key,
  -- Says what happened, the same each time it is said: once only.
  key text not null unique,
  type text not null,
  at timestamptz not null,
  record_type text not null,
  record_id text not null,
  customer_id text,
  data jsonb not null,
  created_at timestamptz not null default now(),
  -- When its deliveries were made.
  dispatched_at timestamptz
);
create index events_undispatched on events (id) where dispatched_at is null;

create function events_are_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'Events are append-only: % is refused.', tg_op using errcode = 'restrict_violation';
end
$$;
create trigger events_append_only before delete or truncate on events
  for each statement execute function events_are_append_only();
-- Everything but when it was dispatched.
create trigger events_stay before update of id, key, type, at, record_type, record_id, customer_id, data, created_at on events
  for each statement execute function events_are_append_only();

-- Whoever dispatches is woken at the commit. Ledger writes pass here with no events at all when nobody is subscribed.
create function events_wake_dispatchers() returns trigger language plpgsql as $$
begin
  if exists (select from inserted) then perform pg_notify('allot_deliveries', ''); end if;
  return null;
end
$$;
create trigger events_wake after insert on events
  referencing new table as inserted for each statement execute function events_wake_dispatchers();

create table webhook_endpoints (
  id text primary key,
  url text not null,
  -- Types of events; '*': all.
  types text[] not null,
  description text,
  enabled boolean not null default true,
  -- Why it is not enabled, where it was not somebody's wish.
  disabled_reason text,
  -- Signing needs it as it is. A secret that a rotation replaced signs too for a while.
  secret text not null,
  replaced_secret text,
  replaced_works_until timestamptz,
  rotated_at timestamptz,
  -- The Idempotency-Key of the last rotation: the same again is no second one.
  rotation_key text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table deliveries (
  -- Made from the event's key and the endpoint, or from the e-mail's key: once only.
  id text primary key,
  -- In order of their making.
  number bigint generated always as identity unique,
  kind text not null check (kind in ('webhook', 'email')),
  key text not null,
  event_id bigint references events (id),
  endpoint_id text,
  -- The URL or the address.
  target text not null,
  -- {subject, text, html}
  email jsonb,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed', 'disabled')),
  -- Why it waits or has ended, where the attempts do not say it.
  reason text,
  -- How often somebody asked for it anew.
  redelivery integer not null default 0,
  next_attempt_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- When its workflow was started, or told to try anew.
  dispatched_at timestamptz
);
create index deliveries_undispatched on deliveries (number) where status = 'pending' and dispatched_at is null;
create index deliveries_status on deliveries (status, number);
create index deliveries_endpoint on deliveries (endpoint_id, number);
create index deliveries_event on deliveries (event_id);

create table delivery_attempts (
  delivery_id text not null references deliveries (id),
  redelivery integer not null,
  -- 1, 2, 3 … of each redelivery.
  number integer not null,
  at timestamptz not null,
  -- Null where it is not known.
  duration_ms integer,
  -- Of HTTP or SMTP; null where no answer came.
  status_code integer,
  error text,
  -- The beginning of what a webhook's receiver answered.
  response text,
  primary key (delivery_id, redelivery, number)
);
