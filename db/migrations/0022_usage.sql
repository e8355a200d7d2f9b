-- The events of cases that an entitlement refused, by time: its use over time counts and marks them.
create index ledger_refused on ledger (entitlement_id, at) where kind = 'refused' and case_id is not null;
