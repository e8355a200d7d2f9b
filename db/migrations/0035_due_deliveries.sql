-- outside a transaction: the deliveries of a receiver that is away can be many.
-- What each look for due deliveries asks of those that wait: which are claimed at this moment, which were asked for again,
-- and which are e-mails. There are few of each, however many wait for a paused webhook.
create index concurrently if not exists deliveries_claimed on deliveries (endpoint_id)
  where status = 'pending' and dispatched_at is null and claimed_until is not null;
create index concurrently if not exists deliveries_asked_again on deliveries (endpoint_id, number)
  where status = 'pending' and dispatched_at is null and redelivery > 0;
create index concurrently if not exists deliveries_waiting_emails on deliveries (number)
  where status = 'pending' and dispatched_at is null and kind = 'email';
