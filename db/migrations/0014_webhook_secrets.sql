-- Secrets that rotations replaced: each signs too until its own time, whatever rotation comes after.

create table replaced_webhook_secrets (
  endpoint_id text not null references webhook_endpoints (id) on delete cascade,
  secret text not null,
  works_until timestamptz not null,
  primary key (endpoint_id, secret)
);
insert into replaced_webhook_secrets (endpoint_id, secret, works_until)
  select id, replaced_secret, replaced_works_until from webhook_endpoints where replaced_works_until > now();
alter table webhook_endpoints drop column replaced_secret, drop column replaced_works_until;
