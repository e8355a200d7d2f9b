-- Who may do what, and who changed what.

alter table api_keys
  -- Of the person that the key stands for; an account manager's customers are known by it.
  add column email text,
  add column rotated_at timestamptz,
  -- The Idempotency-Key of the last rotation: the same again is no second one.
  add column rotation_key text;

-- Ledger and audit name keys, so a name must mean one. Of several live keys of a name the newest keeps it.
update api_keys set name = name || ' (' || id || ')'
where revoked_at is null and exists (
  select from api_keys newer
  where newer.name = api_keys.name and newer.revoked_at is null
    and (newer.created_at, newer.id) > (api_keys.created_at, api_keys.id)
);
create unique index api_keys_name on api_keys (name) where revoked_at is null;

-- Secrets that a rotation replaced and that work on for a while.
create table retired_api_key_secrets (
  hash bytea primary key,
  key_id text not null references api_keys (id),
  works_until timestamptz not null
);
create index retired_api_key_secrets_key on retired_api_key_secrets (key_id);

-- Every change of a record: of customers, settings and the like in the transaction that made it, of entitlements in the
-- statement that writes their ledger.
create table audit (
  id bigint generated always as identity primary key,
  -- When it was recorded, and not when its transaction began: of two that waited for each other the later one is later. In
  -- milliseconds, as pages count them.
  at timestamptz(3) not null default clock_timestamp(),
  by text not null,
  -- The role at the time; null where only the name is known, as in a ledger.
  role text,
  action text not null,
  record_type text not null,
  record_id text not null,
  before jsonb,
  after jsonb,
  reason text
);
create index audit_newest on audit (at, id);
create index audit_record on audit (record_type, record_id, at, id);
create index audit_by on audit (by, at, id);
create index audit_action on audit (action, at, id);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'The audit is append-only: % is refused.', tg_op using errcode = 'restrict_violation';
end
$$;
create trigger audit_append_only before update or delete or truncate on audit
  for each statement execute function audit_is_append_only();
