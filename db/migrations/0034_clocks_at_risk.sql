-- outside a transaction
-- The clocks that near their due time or are past it, for the work list and the filter of cases at risk. Clocks that
-- are due soon without a warning are found by case_clocks_open.
create index concurrently if not exists case_clocks_at_risk on case_clocks (case_id)
  where status in ('nearing', 'breached') and met_at is null and paused_since is null;
