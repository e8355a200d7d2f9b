-- What a case takes past what was granted is bought under `charge`: it takes nothing from what remains, and is used
-- all the same.

alter table ledger
  -- Added to what its case takes, in cases or minutes, what it buys included; null: the change turned around.
  add use_change integer;

-- What cases took and gave back, bought or not.
drop index ledger_use;
create index ledger_use on ledger (entitlement_id, at) include (change, use_change) where case_id is not null;
