-- What the sales system closed. Each once, by its own id.

create table opportunities (
  id text primary key,
  status text not null check (status in ('closed_won', 'closed_lost')),
  customer_id text not null,
  -- That it makes, or that follows from the renewal that it decides; null where it was lost.
  entitlement_id text,
  renewal_id text,
  -- Of what came with the id: the same id with other content is a conflict.
  fingerprint text not null,
  -- Of the entitlement, settled when the opportunity came; whoever goes on with it later makes the same. See EntitlementDetails.
  details json,
  -- All that it asks for is done.
  finished boolean not null,
  reason text,
  by text not null,
  at timestamptz not null default now()
);
create index opportunities_customer on opportunities (customer_id, id);
