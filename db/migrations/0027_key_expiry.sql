-- When a key ends by itself; null: it works until it is revoked. Processes of older versions do not read it, so a key
-- ends by itself only once all APIs are of this version.
alter table api_keys add expires_at timestamptz;
