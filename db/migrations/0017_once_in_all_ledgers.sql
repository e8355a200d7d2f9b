-- What a case's attach was promised by its SLA: {slaId, firstResponseDueAt, resolutionDueAt}. A retry is answered with it,
-- wherever the case is by then. Rows from before have none; there the case's own record says it while the case stays.
alter table ledger add sla jsonb;
