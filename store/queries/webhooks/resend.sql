-- Send again what is settled, at once and with all its attempts; what still waits is left alone.
--   $1 delivery (null: every dead one), $2 tenants (null: all)
update deliveries d
set state = 'pending', attempts = 0, next_attempt_at = clock_timestamp()
from webhook_endpoints e
where e.endpoint_id = d.endpoint_id and e.removed_at is null
  and (d.delivery_id = $1 and d.state <> 'pending' or $1::bigint is null and d.state = 'dead')
  and ($2::text[] is null or e.tenant_id = any($2))
returning d.delivery_id
