-- What lists filter, sort and search by. Every index ends in the id: a page begins where the one before ended, by (sort, id).

create extension if not exists pg_trgm;

alter table entitlements add column owner text, add column tier text, add column product_ids text[];
update entitlements set
  owner = state -> 'details' ->> 'owner',
  tier = state -> 'details' ->> 'tier',
  product_ids = array(select jsonb_array_elements_text(state -> 'details' -> 'productIds'));

-- Filters that leave few rows, whatever the sort: these are sorted in memory.
create index entitlements_owner on entitlements (owner, id) where not deleted;
create index entitlements_products on entitlements using gin (product_ids) where not deleted and product_ids <> '{}';
create index entitlements_search on entitlements using gin (name gin_trgm_ops) where not deleted;

-- Sorts over all. An unlimited term is more than any number: it comes last, as null would, and compares as a number.
create index entitlements_by_name on entitlements (lower(name), id) where not deleted;
create index entitlements_by_start on entitlements (start_date, id) where not deleted;
create index entitlements_by_end on entitlements (end_date, id) where not deleted;
create index entitlements_by_remaining on entitlements (coalesce(remaining_term, 2147483647), id) where not deleted;
create index entitlements_by_update on entitlements (updated_at, id) where not deleted;

-- A tier has many, and goes with the name and with what remains.
create index entitlements_tier on entitlements (tier, id) where not deleted;
create index entitlements_tier_name on entitlements (tier, lower(name), id) where not deleted;
create index entitlements_tier_remaining on entitlements (tier, coalesce(remaining_term, 2147483647), id)
  where not deleted;

-- The views, by the sorts that go with them: all that expired ended before all that is active. One partial index a view,
-- and none with the status in front: the planner knows no correlation of such a one, and would rather walk over all.
do $$
declare
  view text;
  sort text;
begin
  foreach view in array array['draft', 'waiting', 'active', 'expired', 'canceled', 'renewed'] loop
    foreach sort in array array['start_date', 'end_date', 'remaining_term', 'updated_at'] loop
      execute format('create index %I on entitlements (%s, id) where not deleted and %s',
        format('entitlements_%s_%s', view, sort),
        case sort when 'remaining_term' then 'coalesce(remaining_term, 2147483647)' else sort end,
        case view when 'renewed' then 'renewed_by_id is not null' else format('status = %L', view) end);
    end loop;
  end loop;
end
$$;
create index entitlements_renewed on entitlements (id) where not deleted and renewed_by_id is not null;

create index customers_search on customers using gin (name gin_trgm_ops);
create index customers_by_name on customers (lower(name), id);
create index customers_tier on customers (tier, id);
create index customers_account_manager on customers (lower(account_manager_email), id);

create index contacts_search on contacts using gin (name gin_trgm_ops, email gin_trgm_ops);
create index contacts_by_name on contacts (lower(name), id);

create index products_search on products using gin (name gin_trgm_ops);
create index products_by_name on products (lower(name), id);
create index products_family on products (family, id);

create index cases_by_creation on cases (created_at, id);
create index cases_channel on cases (channel, created_at, id);
create index cases_active on cases (id) where status = 'active';
create index cases_active_creation on cases (created_at, id) where status = 'active';
create index cases_canceled on cases (id) where status = 'canceled';
create index cases_canceled_creation on cases (created_at, id) where status = 'canceled';
create index cases_without on cases (id) where entitlement_id is null;
create index cases_without_creation on cases (created_at, id) where entitlement_id is null;

-- A large customer or entitlement has a good part of the cases, all of one time. The planner would walk over the cases of all
-- times and expect to meet some soon; sorts that no other index has leave it no such choice. They order as id and created_at do.
create index cases_customer on cases (customer_id, (id || ''));
create index cases_customer_creation on cases (customer_id, (created_at at time zone 'UTC'), (id || ''));
create index cases_entitlement on cases (entitlement_id, (id || ''));
create index cases_entitlement_creation on cases (entitlement_id, (created_at at time zone 'UTC'), (id || ''));

-- How many names hold a text is estimated from a sample of them. With the usual hundred, one that happens to hold it counts for
-- a hundredth of all, and the planner would walk along the sort for a name that hardly any has.
alter table entitlements alter column name set statistics 300;
alter table customers alter column name set statistics 300;
alter table contacts alter column name set statistics 300, alter column email set statistics 300;
alter table products alter column name set statistics 300;
