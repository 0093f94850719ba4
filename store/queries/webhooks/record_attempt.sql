-- How an attempt ended, for the delivery and for its endpoint. Nothing changes where the lease was
-- lost meanwhile: whoever has it now sends again, under the same id.
--   $1 delivery, $2 the lease, $3 state it leads to, $4 HTTP status, $5 error, $6 wait until the next
with recorded as (
    update deliveries d
    set state = $3, attempts = d.attempts + 1, last_attempt_at = clock_timestamp(),
        last_status = $4, last_error = $5,
        next_attempt_at = clock_timestamp() + coalesce($6::interval, '0'),
        settled_at = case when $3 = 'pending' then d.settled_at
                          else coalesce(d.settled_at, clock_timestamp()) end
    from webhook_endpoints e
    where d.delivery_id = $1 and d.state = 'pending' and e.endpoint_id = d.endpoint_id
      and e.lease = $2
    returning d.endpoint_id
)
update webhook_endpoints e
set failing_since = case when $3 <> 'delivered' then clock_timestamp() end
from recorded
where e.endpoint_id = recorded.endpoint_id
  and (e.failing_since is null) = ($3 <> 'delivered')
