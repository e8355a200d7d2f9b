create extension if not exists pg_trgm;

set check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.audit_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'The audit is append-only: % is refused.', tg_op using errcode = 'restrict_violation';
end
$function$;
CREATE OR REPLACE FUNCTION public.case_clock_work_wakes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from changed where told < written and claimed_until is null) then
    perform pg_notify('allot_case_clocks', '');
  end if;
  return null;
end
$function$;
CREATE OR REPLACE FUNCTION public.events_are_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'Events are append-only: % is refused.', tg_op using errcode = 'restrict_violation';
end
$function$;
CREATE OR REPLACE FUNCTION public.events_wake_dispatchers()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from inserted) then perform pg_notify('allot_deliveries', ''); end if;
  return null;
end
$function$;
CREATE OR REPLACE FUNCTION public.ledger_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'The ledger is append-only: % is refused.', tg_op using errcode = 'restrict_violation';
end
$function$;
CREATE OR REPLACE FUNCTION public.sla_versions_stay()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'A version of an SLA never changes: % is refused.', tg_op using errcode = 'restrict_violation';
end
$function$;
CREATE OR REPLACE FUNCTION public.slas_count_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.version := old.version + 1;
  return new;
end
$function$;
CREATE OR REPLACE FUNCTION public.slas_keep_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into sla_versions (sla_id, version, definition) values (new.id, new.version, jsonb_build_object(
    'name', new.name, 'firstResponseMinutes', new.first_response_minutes,
    'resolutionMinutes', new.resolution_minutes, 'calendar', new.calendar, 'warnAtPercent', new.warn_at_percent,
    'firstResponsePausedBy', new.first_response_paused_by, 'resolutionPausedBy', new.resolution_paused_by,
    'mailTo', new.mail_to));
  return null;
end
$function$;

create table api_keys (
  id text not null,
  name text not null,
  role text not null,
  hash bytea not null,
  created_at timestamp with time zone default now() not null,
  revoked_at timestamp with time zone,
  email text,
  rotated_at timestamp with time zone,
  rotation_key text,
  expires_at timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_hash_key UNIQUE (hash)
);
create table audit (
  id bigint generated always as identity not null,
  at timestamp(3) with time zone default clock_timestamp() not null,
  by text not null,
  role text,
  action text not null,
  record_type text not null,
  record_id text not null,
  before jsonb,
  after jsonb,
  reason text,
  constraint audit_pkey PRIMARY KEY (id)
);
create table case_clock_work (
  case_id text not null,
  written bigint default 1 not null,
  told bigint default 0 not null,
  run integer default 1 not null,
  claimed_until timestamp with time zone,
  constraint case_clock_work_pkey PRIMARY KEY (case_id)
);
create table case_clocks (
  case_id text not null,
  entitlement_id text not null,
  attached_seq integer not null,
  target text not null,
  customer_id text not null,
  tier text,
  sla_id text not null,
  sla_version integer not null,
  status text not null,
  started_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  warns_at timestamp with time zone,
  paused_since timestamp with time zone,
  paused_minutes integer not null,
  used_minutes integer not null,
  met_at timestamp with time zone,
  breached_at timestamp with time zone,
  announced text[] not null,
  as_of timestamp with time zone not null,
  constraint case_clocks_status_check CHECK ((status = ANY (ARRAY['in_progress'::text, 'nearing'::text, 'breached'::text, 'paused'::text, 'met'::text, 'canceled'::text]))),
  constraint case_clocks_target_check CHECK ((target = ANY (ARRAY['first_response'::text, 'resolution'::text]))),
  constraint case_clocks_pkey PRIMARY KEY (case_id, entitlement_id, attached_seq, target)
);
create table cases (
  id text not null,
  customer_id text not null,
  contact_id text,
  product_id text,
  channel text,
  title text,
  status text not null,
  minutes integer not null,
  decrement_entitlement_term boolean not null,
  entitlement_id text,
  entitlement_seq integer,
  reason text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  explanation text,
  moved_from text,
  moved_from_seq integer,
  version integer,
  left_id text,
  left_seq integer,
  sla_id text,
  first_response_due_at timestamp with time zone,
  resolution_due_at timestamp with time zone,
  attached_seq integer,
  considered jsonb,
  in_grace boolean,
  constraint cases_status_check CHECK ((status = ANY (ARRAY['active'::text, 'resolved'::text, 'canceled'::text]))),
  constraint cases_pkey PRIMARY KEY (id)
);
create table contact_holds (
  id text not null,
  contact_id text not null,
  held_until timestamp with time zone not null,
  constraint contact_holds_pkey PRIMARY KEY (contact_id, id)
);
create table contacts (
  id text not null,
  customer_id text not null,
  name text not null,
  email text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint contacts_pkey PRIMARY KEY (id)
);
create table customers (
  id text not null,
  type text not null,
  name text not null,
  time_zone text,
  account_manager_name text,
  account_manager_email text,
  tier text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint customers_type_check CHECK ((type = ANY (ARRAY['account'::text, 'contact'::text]))),
  constraint customers_pkey PRIMARY KEY (id)
);
create table default_commands (
  key text not null,
  entitlement_id text not null,
  action text not null,
  at timestamp with time zone default now() not null,
  constraint default_commands_pkey PRIMARY KEY (key)
);
create table deliveries (
  id text not null,
  number bigint generated always as identity not null,
  kind text not null,
  key text not null,
  event_id bigint,
  endpoint_id text,
  target text not null,
  email jsonb,
  status text default 'pending'::text not null,
  reason text,
  redelivery integer default 0 not null,
  next_attempt_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  dispatched_at timestamp with time zone,
  about text,
  claimed_until timestamp with time zone,
  constraint deliveries_kind_check CHECK ((kind = ANY (ARRAY['webhook'::text, 'email'::text]))),
  constraint deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text, 'disabled'::text, 'overtaken'::text]))),
  constraint deliveries_pkey PRIMARY KEY (id),
  constraint deliveries_number_key UNIQUE (number)
);
create table delivery_attempts (
  delivery_id text not null,
  redelivery integer not null,
  number integer not null,
  at timestamp with time zone not null,
  duration_ms integer,
  status_code integer,
  error text,
  response text,
  constraint delivery_attempts_pkey PRIMARY KEY (delivery_id, redelivery, number)
);
create table entitlements (
  id text not null,
  name text not null,
  customer_id text not null,
  status text not null,
  start_date date not null,
  end_date date not null,
  starts_at timestamp with time zone,
  ends_at timestamp with time zone,
  remaining_term integer,
  renewed_by_id text,
  renews_id text,
  seq integer not null,
  generation integer not null,
  deleted boolean not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  state jsonb not null,
  is_default boolean,
  owner text,
  tier text,
  product_ids text[],
  allocation_type text,
  period_ends_at timestamp with time zone,
  paused_since timestamp with time zone,
  grace_ends_at timestamp with time zone,
  constraint entitlements_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'waiting'::text, 'active'::text, 'expired'::text, 'canceled'::text]))),
  constraint entitlements_pkey PRIMARY KEY (id)
);
create table events (
  id bigint generated always as identity not null,
  key text not null,
  type text not null,
  at timestamp with time zone not null,
  record_type text not null,
  record_id text not null,
  customer_id text,
  data jsonb not null,
  created_at timestamp with time zone default now() not null,
  dispatched_at timestamp with time zone,
  constraint events_pkey PRIMARY KEY (id),
  constraint events_key_key UNIQUE (key)
);
create table ledger (
  entitlement_id text not null,
  seq integer not null,
  kind text not null,
  at timestamp with time zone not null,
  key text,
  fingerprint text,
  by text not null,
  reason text,
  case_id text,
  channel text,
  change integer not null,
  held_change integer not null,
  open_change smallint not null,
  remaining_after integer,
  case_after jsonb,
  refusal text,
  detail text,
  facts jsonb,
  overage integer not null,
  charge jsonb,
  use_change integer,
  sla jsonb,
  considered jsonb,
  constraint ledger_seq_check CHECK ((seq > 0)),
  constraint ledger_pkey PRIMARY KEY (entitlement_id, seq)
) with (autovacuum_vacuum_insert_scale_factor=0.02);
create table migrations (
  name text not null,
  applied_at timestamp with time zone default now() not null,
  constraint migrations_pkey PRIMARY KEY (name)
);
create table opportunities (
  id text not null,
  status text not null,
  customer_id text not null,
  entitlement_id text,
  renewal_id text,
  fingerprint text not null,
  details json,
  finished boolean not null,
  reason text,
  by text not null,
  at timestamp with time zone default now() not null,
  changes json,
  constraint opportunities_status_check CHECK ((status = ANY (ARRAY['closed_won'::text, 'closed_lost'::text]))),
  constraint opportunities_pkey PRIMARY KEY (id)
);
create table probes (
  id text not null,
  written_at timestamp with time zone default now() not null,
  constraint probes_pkey PRIMARY KEY (id)
);
create table products (
  id text not null,
  name text not null,
  family text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint products_pkey PRIMARY KEY (id)
);
create table renewals (
  id text not null,
  entitlement_id text not null,
  n integer not null,
  customer_id text not null,
  stage text not null,
  is_over boolean not null,
  account_manager_name text,
  account_manager_email text,
  end_date date not null,
  ends_at timestamp with time zone not null,
  snoozed_until timestamp with time zone,
  proposal jsonb not null,
  opportunity_id text not null,
  successor_id text,
  decided_by text,
  decided_key text,
  decided_content text,
  reason text,
  steps jsonb not null,
  seq integer not null,
  opened_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  state jsonb not null,
  escalated_to text[] default '{}'::text[] not null,
  constraint renewals_stage_check CHECK ((stage = ANY (ARRAY['open'::text, 'snoozed'::text, 'accepted'::text, 'declined'::text, 'lapsed'::text, 'withdrawn'::text]))),
  constraint renewals_pkey PRIMARY KEY (id)
);
create table replaced_webhook_secrets (
  endpoint_id text not null,
  secret text not null,
  works_until timestamp with time zone not null,
  constraint replaced_webhook_secrets_pkey PRIMARY KEY (endpoint_id, secret)
);
create table retired_api_key_secrets (
  hash bytea not null,
  key_id text not null,
  works_until timestamp with time zone not null,
  constraint retired_api_key_secrets_pkey PRIMARY KEY (hash)
);
create table settings (
  only_row boolean default true not null,
  channels text[] not null,
  auto_apply_default_on_case_create boolean default true not null,
  auto_apply_default_on_case_update boolean default false not null,
  matching boolean default true not null,
  demand_entitlement boolean default false not null,
  renewal_policy jsonb default '{"propose": "by_use", "escalateTo": null, "noticeDays": 60, "reminderDays": 30, "accountManager": null, "escalationDays": 14}'::jsonb,
  spill boolean default false not null,
  constraint settings_only_row_check CHECK (only_row),
  constraint settings_pkey PRIMARY KEY (only_row)
);
create table sla_versions (
  sla_id text not null,
  version integer not null,
  definition jsonb not null,
  created_at timestamp with time zone default now() not null,
  constraint sla_versions_pkey PRIMARY KEY (sla_id, version)
);
create table slas (
  id text not null,
  name text not null,
  first_response_minutes integer,
  resolution_minutes integer,
  calendar json not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  version integer default 1 not null,
  warn_at_percent integer[] default '{75}'::integer[] not null,
  first_response_paused_by text[],
  resolution_paused_by text[],
  mail_to text[] default '{}'::text[] not null,
  constraint slas_first_response_minutes_check CHECK ((first_response_minutes > 0)),
  constraint slas_resolution_minutes_check CHECK ((resolution_minutes > 0)),
  constraint slas_pkey PRIMARY KEY (id)
);
create table templates (
  id text not null,
  details json not null,
  made_by_key text,
  made_from text,
  deleted boolean default false not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint templates_pkey PRIMARY KEY (id),
  constraint templates_made_by_key_key UNIQUE (made_by_key)
);
create table unattached_events (
  key text not null,
  fingerprint text not null,
  case_id text not null,
  outcome jsonb not null,
  at timestamp with time zone not null,
  constraint unattached_events_pkey PRIMARY KEY (key)
);
create table webhook_endpoints (
  id text not null,
  url text not null,
  types text[] not null,
  description text,
  enabled boolean default true not null,
  disabled_reason text,
  secret text not null,
  rotated_at timestamp with time zone,
  rotation_key text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  failures_in_row integer default 0 not null,
  paused_at timestamp with time zone,
  probe_at timestamp with time zone,
  probes integer default 0 not null,
  constraint webhook_endpoints_pkey PRIMARY KEY (id)
);
create table workers (
  id text not null,
  task_queue text not null,
  seen_at timestamp with time zone default now() not null,
  constraint workers_pkey PRIMARY KEY (id)
);

alter table contact_holds add constraint contact_holds_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id);
alter table contacts add constraint contacts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id);
alter table deliveries add constraint deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES events(id);
alter table delivery_attempts add constraint delivery_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries(id);
alter table replaced_webhook_secrets add constraint replaced_webhook_secrets_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints(id) ON DELETE CASCADE;
alter table retired_api_key_secrets add constraint retired_api_key_secrets_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_keys(id);

CREATE UNIQUE INDEX api_keys_name ON public.api_keys USING btree (name) WHERE (revoked_at IS NULL);
CREATE INDEX audit_action ON public.audit USING btree (action, at, id);
CREATE INDEX audit_by ON public.audit USING btree (by, at, id);
CREATE INDEX audit_newest ON public.audit USING btree (at, id);
CREATE INDEX audit_record ON public.audit USING btree (record_type, record_id, at, id);
CREATE INDEX case_clock_work_waiting ON public.case_clock_work USING btree (case_id) WHERE (told < written);
CREATE INDEX case_clocks_at_risk ON public.case_clocks USING btree (case_id) WHERE ((status = ANY (ARRAY['nearing'::text, 'breached'::text])) AND (met_at IS NULL) AND (paused_since IS NULL));
CREATE INDEX case_clocks_customer ON public.case_clocks USING btree (customer_id, started_at);
CREATE INDEX case_clocks_open ON public.case_clocks USING btree (due_at) WHERE ((status = ANY (ARRAY['in_progress'::text, 'nearing'::text, 'paused'::text, 'breached'::text])) AND (met_at IS NULL));
CREATE INDEX case_clocks_started ON public.case_clocks USING btree (started_at);
CREATE INDEX cases_active ON public.cases USING btree (id) WHERE (status = 'active'::text);
CREATE INDEX cases_active_creation ON public.cases USING btree (created_at, id) WHERE (status = 'active'::text);
CREATE INDEX cases_active_without ON public.cases USING btree (created_at, id) WHERE ((entitlement_id IS NULL) AND (status = 'active'::text));
CREATE INDEX cases_by_creation ON public.cases USING btree (created_at, id);
CREATE INDEX cases_canceled ON public.cases USING btree (id) WHERE (status = 'canceled'::text);
CREATE INDEX cases_canceled_creation ON public.cases USING btree (created_at, id) WHERE (status = 'canceled'::text);
CREATE INDEX cases_channel ON public.cases USING btree (channel, created_at, id);
CREATE INDEX cases_customer ON public.cases USING btree (customer_id, ((id || ''::text)));
CREATE INDEX cases_customer_creation ON public.cases USING btree (customer_id, (created_at AT TIME ZONE 'UTC'::text), ((id || ''::text)));
CREATE INDEX cases_entitlement ON public.cases USING btree (entitlement_id, ((id || ''::text)));
CREATE INDEX cases_entitlement_creation ON public.cases USING btree (entitlement_id, (created_at AT TIME ZONE 'UTC'::text), ((id || ''::text)));
CREATE INDEX cases_in_grace ON public.cases USING btree (entitlement_id, id) WHERE in_grace;
CREATE INDEX cases_search ON public.cases USING gin (title gin_trgm_ops) WHERE (title IS NOT NULL);
CREATE INDEX cases_without ON public.cases USING btree (id) WHERE (entitlement_id IS NULL);
CREATE INDEX cases_without_creation ON public.cases USING btree (created_at, id) WHERE (entitlement_id IS NULL);
CREATE INDEX contact_holds_id ON public.contact_holds USING btree (id);
CREATE INDEX contacts_by_name ON public.contacts USING btree (lower(name), id);
CREATE INDEX contacts_customer ON public.contacts USING btree (customer_id, id);
CREATE INDEX contacts_search ON public.contacts USING gin (name gin_trgm_ops, email gin_trgm_ops);
CREATE INDEX customers_account_manager ON public.customers USING btree (lower(account_manager_email), id);
CREATE INDEX customers_by_name ON public.customers USING btree (lower(name), id);
CREATE INDEX customers_search ON public.customers USING gin (name gin_trgm_ops);
CREATE INDEX customers_tier ON public.customers USING btree (tier, id);
CREATE INDEX deliveries_about ON public.deliveries USING btree (about, number) WHERE (about IS NOT NULL);
CREATE INDEX deliveries_asked_again ON public.deliveries USING btree (endpoint_id, number) WHERE ((status = 'pending'::text) AND (dispatched_at IS NULL) AND (redelivery > 0));
CREATE INDEX deliveries_claimed ON public.deliveries USING btree (endpoint_id) WHERE ((status = 'pending'::text) AND (dispatched_at IS NULL) AND (claimed_until IS NOT NULL));
CREATE INDEX deliveries_endpoint ON public.deliveries USING btree (endpoint_id, number);
CREATE INDEX deliveries_event ON public.deliveries USING btree (event_id);
CREATE INDEX deliveries_failing ON public.deliveries USING btree (number) INCLUDE (created_at) WHERE ((status = ANY (ARRAY['failed'::text, 'disabled'::text])) OR ((status = 'pending'::text) AND (next_attempt_at IS NOT NULL)));
CREATE INDEX deliveries_status ON public.deliveries USING btree (status, number);
CREATE INDEX deliveries_under_way ON public.deliveries USING btree (endpoint_id) WHERE ((status = 'pending'::text) AND (dispatched_at IS NOT NULL));
CREATE INDEX deliveries_undispatched ON public.deliveries USING btree (number) WHERE ((status = 'pending'::text) AND (dispatched_at IS NULL));
CREATE INDEX deliveries_waiting ON public.deliveries USING btree (endpoint_id, number) WHERE ((status = 'pending'::text) AND (dispatched_at IS NULL));
CREATE INDEX deliveries_waiting_emails ON public.deliveries USING btree (number) WHERE ((status = 'pending'::text) AND (dispatched_at IS NULL) AND (kind = 'email'::text));
CREATE INDEX entitlements_active_end_date ON public.entitlements USING btree (end_date, id) WHERE ((NOT deleted) AND (status = 'active'::text));
CREATE INDEX entitlements_active_remaining_term ON public.entitlements USING btree (COALESCE(remaining_term, 2147483647), id) INCLUDE (remaining_term, starts_at, ends_at, period_ends_at) WHERE ((NOT deleted) AND (status = 'active'::text));
CREATE INDEX entitlements_active_start_date ON public.entitlements USING btree (start_date, id) WHERE ((NOT deleted) AND (status = 'active'::text));
CREATE INDEX entitlements_active_updated_at ON public.entitlements USING btree (updated_at, id) WHERE ((NOT deleted) AND (status = 'active'::text));
CREATE INDEX entitlements_by_end ON public.entitlements USING btree (end_date, id) WHERE (NOT deleted);
CREATE INDEX entitlements_by_name ON public.entitlements USING btree (lower(name), id) WHERE (NOT deleted);
CREATE INDEX entitlements_by_remaining ON public.entitlements USING btree (COALESCE(remaining_term, 2147483647), id) WHERE (NOT deleted);
CREATE INDEX entitlements_by_start ON public.entitlements USING btree (start_date, id) WHERE (NOT deleted);
CREATE INDEX entitlements_by_update ON public.entitlements USING btree (updated_at, id) WHERE (NOT deleted);
CREATE INDEX entitlements_canceled_end_date ON public.entitlements USING btree (end_date, id) WHERE ((NOT deleted) AND (status = 'canceled'::text));
CREATE INDEX entitlements_canceled_remaining_term ON public.entitlements USING btree (COALESCE(remaining_term, 2147483647), id) WHERE ((NOT deleted) AND (status = 'canceled'::text));
CREATE INDEX entitlements_canceled_start_date ON public.entitlements USING btree (start_date, id) WHERE ((NOT deleted) AND (status = 'canceled'::text));
CREATE INDEX entitlements_canceled_updated_at ON public.entitlements USING btree (updated_at, id) WHERE ((NOT deleted) AND (status = 'canceled'::text));
CREATE INDEX entitlements_customer ON public.entitlements USING btree (customer_id, id) WHERE (NOT deleted);
CREATE UNIQUE INDEX entitlements_default ON public.entitlements USING btree (customer_id) WHERE is_default;
CREATE INDEX entitlements_draft_end_date ON public.entitlements USING btree (end_date, id) WHERE ((NOT deleted) AND (status = 'draft'::text));
CREATE INDEX entitlements_draft_remaining_term ON public.entitlements USING btree (COALESCE(remaining_term, 2147483647), id) WHERE ((NOT deleted) AND (status = 'draft'::text));
CREATE INDEX entitlements_draft_start_date ON public.entitlements USING btree (start_date, id) WHERE ((NOT deleted) AND (status = 'draft'::text));
CREATE INDEX entitlements_draft_updated_at ON public.entitlements USING btree (updated_at, id) WHERE ((NOT deleted) AND (status = 'draft'::text));
CREATE INDEX entitlements_expired_end_date ON public.entitlements USING btree (end_date, id) WHERE ((NOT deleted) AND (status = 'expired'::text));
CREATE INDEX entitlements_expired_remaining_term ON public.entitlements USING btree (COALESCE(remaining_term, 2147483647), id) WHERE ((NOT deleted) AND (status = 'expired'::text));
CREATE INDEX entitlements_expired_start_date ON public.entitlements USING btree (start_date, id) WHERE ((NOT deleted) AND (status = 'expired'::text));
CREATE INDEX entitlements_expired_updated_at ON public.entitlements USING btree (updated_at, id) WHERE ((NOT deleted) AND (status = 'expired'::text));
CREATE INDEX entitlements_in_grace ON public.entitlements USING btree (customer_id, grace_ends_at) WHERE ((status = 'expired'::text) AND (grace_ends_at IS NOT NULL) AND (NOT deleted));
CREATE INDEX entitlements_in_period ON public.entitlements USING btree (id) WHERE (((state -> 'period'::text) ->> 'usedBefore'::text) IS NOT NULL);
CREATE INDEX entitlements_offered ON public.entitlements USING btree (customer_id, id) WHERE ((status = ANY (ARRAY['waiting'::text, 'active'::text])) AND (NOT deleted));
CREATE INDEX entitlements_open_ends ON public.entitlements USING btree (end_date, id) WHERE ((NOT deleted) AND (status = ANY (ARRAY['expired'::text, 'canceled'::text])) AND (renewed_by_id IS NULL) AND (state ? 'successorLostAt'::text));
CREATE INDEX entitlements_owner ON public.entitlements USING btree (owner, id) WHERE (NOT deleted);
CREATE INDEX entitlements_paused ON public.entitlements USING btree (id) WHERE (paused_since IS NOT NULL);
CREATE INDEX entitlements_products ON public.entitlements USING gin (product_ids) WHERE ((NOT deleted) AND (product_ids <> '{}'::text[]));
CREATE INDEX entitlements_renewal_manager ON public.entitlements USING btree (lower(((((state -> 'details'::text) -> 'renewalPolicy'::text) -> 'accountManager'::text) ->> 'email'::text))) WHERE ((NOT deleted) AND (((((state -> 'details'::text) -> 'renewalPolicy'::text) -> 'accountManager'::text) ->> 'email'::text) IS NOT NULL));
CREATE INDEX entitlements_renewed ON public.entitlements USING btree (id) WHERE ((NOT deleted) AND (renewed_by_id IS NOT NULL));
CREATE INDEX entitlements_renewed_end_date ON public.entitlements USING btree (end_date, id) WHERE ((NOT deleted) AND (renewed_by_id IS NOT NULL));
CREATE INDEX entitlements_renewed_remaining_term ON public.entitlements USING btree (COALESCE(remaining_term, 2147483647), id) WHERE ((NOT deleted) AND (renewed_by_id IS NOT NULL));
CREATE INDEX entitlements_renewed_start_date ON public.entitlements USING btree (start_date, id) WHERE ((NOT deleted) AND (renewed_by_id IS NOT NULL));
CREATE INDEX entitlements_renewed_updated_at ON public.entitlements USING btree (updated_at, id) WHERE ((NOT deleted) AND (renewed_by_id IS NOT NULL));
CREATE INDEX entitlements_search ON public.entitlements USING gin (name gin_trgm_ops) WHERE (NOT deleted);
CREATE INDEX entitlements_status ON public.entitlements USING btree (status, id) WHERE (NOT deleted);
CREATE INDEX entitlements_tier ON public.entitlements USING btree (tier, id) WHERE (NOT deleted);
CREATE INDEX entitlements_tier_name ON public.entitlements USING btree (tier, lower(name), id) WHERE (NOT deleted);
CREATE INDEX entitlements_tier_remaining ON public.entitlements USING btree (tier, COALESCE(remaining_term, 2147483647), id) WHERE (NOT deleted);
CREATE INDEX entitlements_waiting_end_date ON public.entitlements USING btree (end_date, id) WHERE ((NOT deleted) AND (status = 'waiting'::text));
CREATE INDEX entitlements_waiting_remaining_term ON public.entitlements USING btree (COALESCE(remaining_term, 2147483647), id) WHERE ((NOT deleted) AND (status = 'waiting'::text));
CREATE INDEX entitlements_waiting_start_date ON public.entitlements USING btree (start_date, id) WHERE ((NOT deleted) AND (status = 'waiting'::text));
CREATE INDEX entitlements_waiting_updated_at ON public.entitlements USING btree (updated_at, id) WHERE ((NOT deleted) AND (status = 'waiting'::text));
CREATE INDEX events_undispatched ON public.events USING btree (id) WHERE (dispatched_at IS NULL);
CREATE INDEX ledger_activity ON public.ledger USING btree (at) WHERE (kind = ANY (ARRAY['activated'::text, 'started'::text, 'deactivated'::text, 'expired'::text, 'canceled'::text]));
CREATE INDEX ledger_case ON public.ledger USING btree (case_id, entitlement_id, seq) WHERE (case_id IS NOT NULL);
CREATE INDEX ledger_cases ON public.ledger USING btree (entitlement_id, at) INCLUDE (case_id) WHERE ((kind = 'attached'::text) AND (NOT (case_after @? '$."movedFrom"."entitlementId"?(@ != null)'::jsonpath)));
CREATE INDEX ledger_life ON public.ledger USING btree (entitlement_id, seq) INCLUDE (kind, change, remaining_after) WHERE (case_id IS NULL);
CREATE INDEX ledger_new_cases ON public.ledger USING btree (at) WHERE ((kind = 'attached'::text) AND (NOT (case_after @? '$."movedFrom"."entitlementId"?(@ != null)'::jsonpath)));
CREATE UNIQUE INDEX ledger_once ON public.ledger USING btree (key, entitlement_id) WHERE (key IS NOT NULL);
CREATE INDEX ledger_overrides ON public.ledger USING btree (at) WHERE ((facts ? 'overrode'::text) OR (overage <> 0) OR (charge IS NOT NULL));
CREATE INDEX ledger_overrides_of ON public.ledger USING btree (entitlement_id, at) WHERE ((facts ? 'overrode'::text) OR (overage <> 0) OR (charge IS NOT NULL));
CREATE INDEX ledger_refusals ON public.ledger USING btree (at) INCLUDE (case_id, refusal) WHERE (kind = 'refused'::text);
CREATE INDEX ledger_refused ON public.ledger USING btree (entitlement_id, at) WHERE ((kind = 'refused'::text) AND (case_id IS NOT NULL));
CREATE INDEX ledger_use ON public.ledger USING btree (entitlement_id, at) INCLUDE (change, use_change) WHERE (case_id IS NOT NULL);
CREATE INDEX ledger_use_by_time ON public.ledger USING btree (at) INCLUDE (entitlement_id, change, use_change) WHERE ((case_id IS NOT NULL) AND (COALESCE(use_change, (- change)) <> 0));
CREATE INDEX opportunities_customer ON public.opportunities USING btree (customer_id, id);
CREATE INDEX products_by_name ON public.products USING btree (lower(name), id);
CREATE INDEX products_family ON public.products USING btree (family, id);
CREATE INDEX products_search ON public.products USING gin (name gin_trgm_ops);
CREATE INDEX renewals_account_manager ON public.renewals USING btree (lower(account_manager_email)) WHERE (account_manager_email IS NOT NULL);
CREATE INDEX renewals_customer ON public.renewals USING btree (customer_id, id);
CREATE INDEX renewals_end ON public.renewals USING btree (end_date, id);
CREATE UNIQUE INDEX renewals_entitlement ON public.renewals USING btree (entitlement_id, n);
CREATE INDEX renewals_escalated ON public.renewals USING gin (escalated_to);
CREATE INDEX renewals_over ON public.renewals USING btree (updated_at) WHERE is_over;
CREATE INDEX renewals_stage ON public.renewals USING btree (stage, end_date, id);
CREATE INDEX renewals_task ON public.renewals USING btree (lower(account_manager_email), end_date, id) WHERE (NOT is_over);
CREATE INDEX renewals_undecided ON public.renewals USING btree (end_date, id) WHERE (NOT is_over);
CREATE INDEX retired_api_key_secrets_key ON public.retired_api_key_secrets USING btree (key_id);
CREATE INDEX unattached_events_case ON public.unattached_events USING btree (case_id);

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER case_clock_work_begins AFTER INSERT ON public.case_clock_work REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION case_clock_work_wakes();
CREATE TRIGGER case_clock_work_goes_on AFTER UPDATE ON public.case_clock_work REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION case_clock_work_wakes();
CREATE TRIGGER events_append_only BEFORE DELETE OR TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION events_are_append_only();
CREATE TRIGGER events_stay BEFORE UPDATE OF id, key, type, at, record_type, record_id, customer_id, data, created_at ON public.events FOR EACH STATEMENT EXECUTE FUNCTION events_are_append_only();
CREATE TRIGGER events_wake AFTER INSERT ON public.events REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION events_wake_dispatchers();
CREATE TRIGGER ledger_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER sla_versions_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.sla_versions FOR EACH STATEMENT EXECUTE FUNCTION sla_versions_stay();
CREATE TRIGGER slas_count_version BEFORE UPDATE ON public.slas FOR EACH ROW EXECUTE FUNCTION slas_count_version();
CREATE TRIGGER slas_keep_version AFTER INSERT OR UPDATE ON public.slas FOR EACH ROW EXECUTE FUNCTION slas_keep_version();
