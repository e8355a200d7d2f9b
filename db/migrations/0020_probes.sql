-- Each API writes here to learn whether writes get through; readiness says so. A row of a process that is gone is dropped
-- after a day.
create table probes (
  id text primary key,
  written_at timestamptz not null default now()
);
