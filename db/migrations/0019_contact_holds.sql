-- Contacts that an entitlement is about to name: until its row is there, they cannot move to another customer.
create table contact_holds (
  id text not null,
  contact_id text not null references contacts (id),
  held_until timestamptz not null,
  primary key (contact_id, id)
);
create index contact_holds_id on contact_holds (id);
