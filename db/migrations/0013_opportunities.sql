-- What a renewal is to be accepted with, settled when its opportunity came. See EntitlementDetails.
alter table opportunities add changes json;
