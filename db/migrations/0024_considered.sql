-- What was considered when an entitlement was picked for a case: {candidates: [{id, name, code, words}], total}. Null
-- where the case named its entitlement, and for decisions of older versions.
alter table ledger add considered jsonb;

-- The same of a case for which none was picked.
alter table cases add considered jsonb;
