-- outside a transaction: building the index in one held up all callers for 6 s on a million ledger rows.
-- What a case takes past what was granted is bought under `charge`: it takes nothing from what remains, and is used
-- all the same.

-- Added to what its case takes, in cases or minutes, what it buys included; null: the change turned around.
alter table ledger add column if not exists use_change integer;

-- What cases took and gave back, bought or not.
drop index concurrently if exists ledger_use;
create index concurrently if not exists ledger_use on ledger (entitlement_id, at) include (change, use_change)
  where case_id is not null;
