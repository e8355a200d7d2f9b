-- outside a transaction: building the indexes in one held up writers for 8 s on a million ledger rows.
-- What the home page and the global search read.

-- When the period ends whose allotment counts now; null: there are no periods. A snapshot that an older version writes keeps
-- what was there, until a newer version writes the next one.
alter table entitlements add column if not exists period_ends_at timestamptz;
update entitlements set period_ends_at = to_timestamp((state -> 'period' ->> 'endsAt')::float8 / 1000)
  where state -> 'period' ->> 'endsAt' is not null and period_ends_at is null;

-- Which active entitlements run out is read from this index alone, together with the use of the last days.
drop index concurrently if exists entitlements_active_remaining_term;
create index concurrently if not exists entitlements_active_remaining_term on entitlements (coalesce(remaining_term, 2147483647), id)
  include (remaining_term, starts_at, ends_at, period_ends_at) where not deleted and status = 'active';
create index concurrently if not exists ledger_use_by_time on ledger (at) include (entitlement_id, change, use_change)
  where case_id is not null and coalesce(use_change, -change) <> 0;

-- The trends of the headline figures. New rows go to the end of these indexes, which costs a write little.
create index concurrently if not exists ledger_new_cases on ledger (at)
  where kind = 'attached' and not (case_after @? '$.movedFrom.entitlementId ? (@ != null)');
create index concurrently if not exists ledger_refusals on ledger (at) include (case_id, refusal) where kind = 'refused';
create index concurrently if not exists ledger_activity on ledger (at) where kind in ('activated', 'started', 'deactivated', 'expired', 'canceled');

-- Renewals that somebody can still decide, by their end; and those that are over, by when they became so.
create index concurrently if not exists renewals_undecided on renewals (end_date, id) where not is_over;
create index concurrently if not exists renewals_over on renewals (updated_at) where is_over;

-- Active cases that have no entitlement, by their age. Cases with one have no entry.
create index concurrently if not exists cases_active_without on cases (created_at, id) where entitlement_id is null and status = 'active';

-- Text in the titles of cases. Cases without a title have no entry.
create index concurrently if not exists cases_search on cases using gin (title gin_trgm_ops) where title is not null;

-- Deliveries that were given up, or that wait for another attempt.
create index concurrently if not exists deliveries_failing on deliveries (number) include (created_at)
  where status in ('failed', 'disabled') or (status = 'pending' and next_attempt_at is not null);
