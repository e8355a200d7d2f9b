-- Renewals as their workflows last wrote them: the account manager's tasks.

create table renewals (
  id text primary key,
  entitlement_id text not null,
  n integer not null,
  customer_id text not null,
  stage text not null check (stage in ('open', 'snoozed', 'accepted', 'declined', 'lapsed', 'withdrawn')),
  -- Nobody decides any more.
  is_over boolean not null,
  account_manager_name text,
  account_manager_email text,
  end_date date not null,
  ends_at timestamptz not null,
  snoozed_until timestamptz,
  -- {kind, changes, reasons, usage}: computed once, at the notice.
  proposal jsonb not null,
  opportunity_id text not null,
  successor_id text,
  decided_by text,
  -- The once-only key of the last decision, and a mark of what came with it.
  decided_key text,
  decided_content text,
  reason text,
  -- The steps taken, {step, at}, in their order.
  steps jsonb not null,
  -- Counts the steps: an older one that comes late changes nothing.
  seq integer not null,
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  state jsonb not null
);
create unique index renewals_entitlement on renewals (entitlement_id, n);
create index renewals_task on renewals (lower(account_manager_email), end_date, id) where not is_over;
create index renewals_stage on renewals (stage, end_date, id);
create index renewals_customer on renewals (customer_id, id);

-- How entitlements are renewed that do not say so themselves; null: not at all.
alter table settings add renewal_policy jsonb default '{"noticeDays": 60, "reminderDays": 30, "escalationDays": 14,
  "accountManager": null, "escalateTo": null, "propose": "by_use"}';
