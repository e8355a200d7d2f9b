-- outside a transaction: the table may be large.
-- What happened to a case while it had no entitlement, for its clocks.
create index concurrently if not exists unattached_events_case on unattached_events (case_id);
