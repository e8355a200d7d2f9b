-- outside a transaction: building the index in one held up writers for a second on a million ledger rows.
-- The events of cases that an entitlement refused, by time: its use over time counts and marks them.
create index concurrently if not exists ledger_refused on ledger (entitlement_id, at) where kind = 'refused' and case_id is not null;
