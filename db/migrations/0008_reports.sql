-- What reports are read from: indexes that hold all that is summed, and no rollup. One by day would have nearly as many rows as
-- the ledger, as most entitlements have a case now and then.

alter table entitlements add column allocation_type text;
update entitlements set allocation_type = state -> 'details' ->> 'allocationType';

-- What cases took and gave back.
create index ledger_use on ledger (entitlement_id, at) include (change) where case_id is not null;

-- The cases that came. One that another entitlement handed over counts where it came first.
create index ledger_cases on ledger (entitlement_id, at) include (case_id)
  where kind = 'attached' and not (case_after ? 'movedFrom');

-- What the term of an entitlement is made of: grants, edits, top-ups and periods.
create index ledger_life on ledger (entitlement_id, seq) include (kind, change, remaining_after) where case_id is null;

-- What somebody answers for, and what is billed.
create index ledger_overrides on ledger (at) where facts ? 'overrode' or overage <> 0 or charge is not null;
create index ledger_overrides_of on ledger (entitlement_id, at)
  where facts ? 'overrode' or overage <> 0 or charge is not null;

-- Sums are read from the indexes alone as far as vacuum has been: it comes after each fiftieth that is new, not after each fifth.
alter table ledger set (autovacuum_vacuum_insert_scale_factor = 0.02);
