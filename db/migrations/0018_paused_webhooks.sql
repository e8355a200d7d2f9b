-- A webhook whose receiver keeps failing is paused: what is to go there waits, and one delivery at a time tries it.

alter table webhook_endpoints
  -- First attempts of different deliveries that failed, one after the other, since the last that was taken.
  add failures_in_row integer not null default 0,
  -- Null: not paused.
  add paused_at timestamptz,
  -- When the next delivery is to try it.
  add probe_at timestamptz,
  -- Deliveries that have tried it in this pause.
  add probes integer not null default 0;

-- What waits to be started, by the webhook that it is for; and what is under way.
create index deliveries_waiting on deliveries (endpoint_id, number) where status = 'pending' and dispatched_at is null;
create index deliveries_under_way on deliveries (endpoint_id) where status = 'pending' and dispatched_at is not null;
