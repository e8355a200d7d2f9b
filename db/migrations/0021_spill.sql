-- Whether a case that resolves may take what does not fit into its entitlement from others that cover it.
alter table settings add spill boolean not null default false;
