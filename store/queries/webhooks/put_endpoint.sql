-- Where tenant $2 wants to be told, at URL $3, signed with $4. One that is known gets the new secret,
-- and is sent to again if it was gone.
insert into webhook_endpoints (endpoint_id, tenant_id, url, secret)
values ($1, $2, $3, $4)
on conflict (tenant_id, url) where removed_at is null
do update set secret = excluded.secret, gone_at = null, failing_since = null
returning endpoint_id
