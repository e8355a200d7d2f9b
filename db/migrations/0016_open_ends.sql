-- Ended entitlements whose successor was deleted, or canceled before its start: the report of what expires shows them.
create index entitlements_open_ends on entitlements (end_date, id)
  where not deleted and status in ('expired', 'canceled') and renewed_by_id is null and state ? 'successorLostAt';
