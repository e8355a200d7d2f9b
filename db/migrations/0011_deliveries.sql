-- An e-mail that still waits when something newer is told about the same is not sent any more.

alter table deliveries drop constraint deliveries_status_check;
alter table deliveries add constraint deliveries_status_check
  check (status in ('pending', 'delivered', 'failed', 'disabled', 'overtaken'));

-- The record that an e-mail is about; of a webhook its event says it.
alter table deliveries add about text;
create index deliveries_about on deliveries (about, number) where about is not null;

-- Somebody is starting its workflow; past this time somebody else may.
alter table deliveries add claimed_until timestamptz;
