-- Service levels, and what entitlements are made from.

create table slas (
  id text primary key,
  name text not null,
  -- Minutes of service time; null: none is promised.
  first_response_minutes integer check (first_response_minutes > 0),
  resolution_minutes integer check (resolution_minutes > 0),
  -- When service time passes; see ServiceCalendar.
  calendar jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

alter table cases
  add column sla_id text,
  add column first_response_due_at timestamptz,
  add column resolution_due_at timestamptz,
  -- The row that attached the case: the three above are counted from it, and stay until the case is attached anew.
  add column attached_seq integer;
