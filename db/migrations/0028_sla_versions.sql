-- What an SLA says about the clocks of its cases. A reason list that is null means every reason.
alter table slas add column version integer not null default 1;
alter table slas add column warn_at_percent integer[] not null default '{75}';
alter table slas add column first_response_paused_by text[];
alter table slas add column resolution_paused_by text[];
alter table slas add column mail_to text[] not null default '{}';

-- Every version that an SLA ever had. A clock follows the version with which it started.
create table sla_versions (
  sla_id text not null,
  version integer not null,
  definition jsonb not null,
  created_at timestamptz not null default now(),
  primary key (sla_id, version)
);

-- The versions that SLAs have now.
insert into sla_versions (sla_id, version, definition)
  select id, version, jsonb_build_object('name', name, 'firstResponseMinutes', first_response_minutes,
    'resolutionMinutes', resolution_minutes, 'calendar', calendar, 'warnAtPercent', warn_at_percent,
    'firstResponsePausedBy', first_response_paused_by, 'resolutionPausedBy', resolution_paused_by,
    'mailTo', mail_to) from slas;

-- Triggers count the versions, so that also a process of the version before, or a person in SQL, makes one.
create function slas_count_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;
create trigger slas_count_version before update on slas
  for each row execute function slas_count_version();

create function slas_keep_version() returns trigger language plpgsql as $$
begin
  insert into sla_versions (sla_id, version, definition) values (new.id, new.version, jsonb_build_object(
    'name', new.name, 'firstResponseMinutes', new.first_response_minutes,
    'resolutionMinutes', new.resolution_minutes, 'calendar', new.calendar, 'warnAtPercent', new.warn_at_percent,
    'firstResponsePausedBy', new.first_response_paused_by, 'resolutionPausedBy', new.resolution_paused_by,
    'mailTo', new.mail_to));
  return null;
end
$$;
create trigger slas_keep_version after insert or update on slas
  for each row execute function slas_keep_version();

create function sla_versions_stay() returns trigger language plpgsql as $$
begin
  raise exception 'A version of an SLA never changes: % is refused.', tg_op using errcode = 'restrict_violation';
end
$$;
create trigger sla_versions_stay before update or delete or truncate on sla_versions
  for each statement execute function sla_versions_stay();
