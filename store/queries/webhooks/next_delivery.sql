-- What to send next to a leased endpoint, the lease made longer by it; no row where nothing is left,
-- or the lease is lost. Of each upgrade only the first notice that is not settled: the others wait.
--   $1 endpoint, $2 the lease, $3 how long it is good for
with kept as (
    update webhook_endpoints
    set leased_until = clock_timestamp() + $3::interval
    where endpoint_id = $1 and lease = $2 and removed_at is null and gone_at is null
    returning endpoint_id, url, secret
)
select k.endpoint_id, k.url,
       k.secret || array(
           select r.secret
           from retired_webhook_secrets r
           where r.endpoint_id = k.endpoint_id and r.good_until > clock_timestamp()
           order by r.good_until desc
           limit 4
       ) as secrets,
       d.delivery_id, d.attempts, d.position,
       n.notice_id, n.tenant_id, n.kind, n.upgrade_id, n.created_at, n.text
from kept k
join deliveries d using (endpoint_id)
join notices n using (notice_id)
where d.state = 'pending' and d.next_attempt_at <= clock_timestamp()
  and not exists (
      select from deliveries earlier
      where earlier.endpoint_id = d.endpoint_id and earlier.upgrade_id = d.upgrade_id
        and earlier.state = 'pending' and earlier.position < d.position
  )
order by d.position
limit 1
