-- Whose entitlements and renewals are an account manager's own beside those of the own customers; see db/sight.ts.

-- Those whose own policy says who is to decide on the renewal.
create index entitlements_renewal_manager on entitlements
  (lower(state -> 'details' -> 'renewalPolicy' -> 'accountManager' ->> 'email'))
  where not deleted and state -> 'details' -> 'renewalPolicy' -> 'accountManager' ->> 'email' is not null;

-- Who was told of a renewal as nobody decided, or as there is no account manager: e-mail addresses in small letters.
alter table renewals add escalated_to text[] not null default '{}';
create index renewals_escalated on renewals using gin (escalated_to);

-- Decided ones too, and all of them by their end.
create index renewals_account_manager on renewals (lower(account_manager_email)) where account_manager_email is not null;
create index renewals_end on renewals (end_date, id);

-- Those whose term of now began with a period: reports ask for no state to know it.
create index entitlements_in_period on entitlements (id) where state -> 'period' ->> 'usedBefore' is not null;

-- A case that was on record without an entitlement comes with the one that it is put on: only what another one handed over does not.
drop index ledger_cases;
create index ledger_cases on ledger (entitlement_id, at) include (case_id)
  where kind = 'attached' and not (case_after @? '$.movedFrom.entitlementId ? (@ != null)');
