-- Service levels, and what entitlements are made from.

create table slas (
  id text primary key,
  name text not null,
  -- Minutes of service time; null: none is promised.
  first_response_minutes integer check (first_response_minutes > 0),
  resolution_minutes integer check (resolution_minutes > 0),
  -- When service time passes; see ServiceCalendar. As it was written: its days keep their order.
  calendar json not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

alter table cases
  add column sla_id text,
  add column first_response_due_at timestamptz,
  add column resolution_due_at timestamptz,
  -- The row that attached the case: the three above are counted from it, and stay until the case is attached anew.
  add column attached_seq integer;

create table templates (
  id text primary key,
  -- All that the template says, in the order of its fields; see Template.
  details json not null,
  -- The once-only key of the request that made it, and a mark of what that request said.
  made_by_key text unique,
  made_from text,
  deleted boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- What every organisation has to begin with; all of it can be changed or deleted.

insert into slas (id, name, first_response_minutes, resolution_minutes, calendar) values
  ('silver-4h', 'First response in 4 hours', 240, null, '{"kind": "24x7"}'),
  ('gold-1h', 'First response in 1 hour', 60, null, '{"kind": "24x7"}'),
  -- A business day is 9 hours of service: what is reported on Monday at 10:00 is answered by Tuesday 10:00.
  ('hardware-next-business-day', 'First response by the next business day', 540, null,
    '{"kind": "business_hours", "timeZone": "UTC", "holidays": [], "hours": {
      "monday": [{"from": "08:00", "to": "17:00"}], "tuesday": [{"from": "08:00", "to": "17:00"}],
      "wednesday": [{"from": "08:00", "to": "17:00"}], "thursday": [{"from": "08:00", "to": "17:00"}],
      "friday": [{"from": "08:00", "to": "17:00"}]}}');

insert into templates (id, details) values
  ('bronze', '{
    "name": "Bronze",
    "description": "Support by email, 30 cases a year.",
    "owner": null, "allocationType": "cases", "totalTerm": 30, "period": "year", "rolloverCap": 0,
    "decreaseRemainingOn": "creation", "restrict": true, "overagePrice": null, "hold": false,
    "channels": [{"channel": "email", "totalTerm": null}], "productIds": [],
    "slaId": null, "priority": 30, "tier": "Bronze",
    "renewalPolicy": {"noticeDays": 60, "reminderDays": 30, "escalationDays": 14,
      "accountManager": null, "escalateTo": null, "propose": "by_use"},
    "duration": {"unit": "years", "count": 1}, "timeZone": null}'),
  ('silver', '{
    "name": "Silver",
    "description": "Support by phone and email, 100 cases a year, first response in 4 hours.",
    "owner": null, "allocationType": "cases", "totalTerm": 100, "period": "year", "rolloverCap": 0,
    "decreaseRemainingOn": "creation", "restrict": true, "overagePrice": null, "hold": false,
    "channels": [{"channel": "phone", "totalTerm": null}, {"channel": "email", "totalTerm": null}], "productIds": [],
    "slaId": "silver-4h", "priority": 20, "tier": "Silver",
    "renewalPolicy": {"noticeDays": 90, "reminderDays": 45, "escalationDays": 21,
      "accountManager": null, "escalateTo": null, "propose": "by_use"},
    "duration": {"unit": "years", "count": 1}, "timeZone": null}'),
  ('gold', '{
    "name": "Gold",
    "description": "Support by every channel, unlimited, first response in 1 hour, with a named account manager: the one of the customer''s record, or of the renewal policy where that names another.",
    "owner": null, "allocationType": "unlimited", "totalTerm": null, "period": null, "rolloverCap": 0,
    "decreaseRemainingOn": "creation", "restrict": false, "overagePrice": null, "hold": false,
    "channels": [], "productIds": [],
    "slaId": "gold-1h", "priority": 10, "tier": "Gold",
    "renewalPolicy": {"noticeDays": 120, "reminderDays": 60, "escalationDays": 30,
      "accountManager": null, "escalateTo": null, "propose": "same_terms"},
    "duration": {"unit": "years", "count": 1}, "timeZone": null}'),
  ('hardware-warranty', '{
    "name": "Hardware warranty",
    "description": "The manufacturer''s warranty of 3 years on delivered hardware: defects in material and workmanship, parts and labour, any number of cases by phone, email or web, first response by the next business day. Start it on the day of delivery and name the delivered products: without products it would cover everything.",
    "owner": null, "allocationType": "unlimited", "totalTerm": null, "period": null, "rolloverCap": 0,
    "decreaseRemainingOn": "creation", "restrict": false, "overagePrice": null, "hold": false,
    "channels": [{"channel": "phone", "totalTerm": null}, {"channel": "email", "totalTerm": null}, {"channel": "web", "totalTerm": null}], "productIds": [],
    "slaId": "hardware-next-business-day", "priority": 100, "tier": "Warranty",
    "renewalPolicy": {"noticeDays": 180, "reminderDays": 90, "escalationDays": 30,
      "accountManager": null, "escalateTo": null, "propose": "same_terms"},
    "duration": {"unit": "years", "count": 3}, "timeZone": null}');
