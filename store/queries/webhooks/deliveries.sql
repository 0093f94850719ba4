-- Deliveries to endpoints that are still there, those settled or tried last first.
--   $1 delivery (null: any), $2 tenant (null: of all), $3 state (null: any), $4 at most
select d.delivery_id, d.endpoint_id, e.tenant_id, e.url, d.notice_id, d.upgrade_id, n.kind, d.state,
       d.attempts, d.last_attempt_at, d.last_status, d.last_error,
       case when d.state = 'pending' then d.next_attempt_at end as next_attempt_at
from deliveries d
join webhook_endpoints e using (endpoint_id)
join notices n using (notice_id)
where e.removed_at is null
  and ($1::bigint is null or d.delivery_id = $1)
  and ($2::text is null or e.tenant_id = $2)
  and ($3::text is null or d.state = $3)
order by d.last_attempt_at desc nulls last, d.delivery_id desc
limit $4
