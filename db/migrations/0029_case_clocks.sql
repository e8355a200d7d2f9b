-- Cases whose clocks must be looked at. What concerns the clocks of a case adds to `written`, in the statement that
-- writes it; a dispatcher tells the workflow of the clocks, and then sets `told` to what it has read.
create table case_clock_work (
  case_id text primary key,
  written bigint not null default 1,
  told bigint not null default 0,
  -- The number of the workflow that looks after the clocks.
  run integer not null default 1,
  claimed_until timestamptz
);
create index case_clock_work_waiting on case_clock_work (case_id) where told < written;

-- Whoever dispatches is woken at the commit. Ledger writes pass here with no rows at all for cases without clocks.
create function case_clock_work_wakes() returns trigger language plpgsql as $$
begin
  if exists (select from changed where told < written and claimed_until is null) then
    perform pg_notify('allot_case_clocks', '');
  end if;
  return null;
end
$$;
create trigger case_clock_work_begins after insert on case_clock_work
  referencing new table as changed for each statement execute function case_clock_work_wakes();
create trigger case_clock_work_goes_on after update on case_clock_work
  referencing new table as changed for each statement execute function case_clock_work_wakes();

-- How each clock stood when its workflow looked at it last. The facts that explain it are in the ledger.
create table case_clocks (
  case_id text not null,
  entitlement_id text not null,
  -- The row that attached the case.
  attached_seq integer not null,
  target text not null check (target in ('first_response', 'resolution')),
  customer_id text not null,
  tier text,
  sla_id text not null,
  sla_version integer not null,
  status text not null check (status in ('in_progress', 'nearing', 'breached', 'paused', 'met', 'canceled')),
  started_at timestamptz not null,
  due_at timestamptz not null,
  warns_at timestamptz,
  paused_since timestamptz,
  -- Whole minutes of service time.
  paused_minutes integer not null,
  used_minutes integer not null,
  met_at timestamptz,
  breached_at timestamptz,
  -- The names of what was announced, so that each is announced once.
  announced text[] not null,
  as_of timestamptz not null,
  primary key (case_id, entitlement_id, attached_seq, target)
);
-- Work lists: what is due next, or overdue, among the clocks that have not ended.
create index case_clocks_open on case_clocks (due_at) where status in ('in_progress', 'nearing', 'paused', 'breached') and met_at is null;
create index case_clocks_customer on case_clocks (customer_id, started_at);
create index case_clocks_started on case_clocks (started_at);
