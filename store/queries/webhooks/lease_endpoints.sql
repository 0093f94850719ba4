-- Take endpoints to which something can be sent now and that no other relay has, those served
-- longest ago first.
--   $1 the lease, $2 how long it is good for, $3 those that fail, or the others, $4 endpoints at most
update webhook_endpoints
set lease = $1, leased_until = clock_timestamp() + $2::interval
where endpoint_id in (
    select e.endpoint_id
    from webhook_endpoints e
    where e.removed_at is null and e.gone_at is null
      and (e.failing_since is not null) = $3
      and coalesce(e.leased_until, '-infinity') <= clock_timestamp()
      and exists (
          select from deliveries d
          where d.endpoint_id = e.endpoint_id and d.state = 'pending'
            and d.next_attempt_at <= clock_timestamp()
            and not exists (
                select from deliveries earlier
                where earlier.endpoint_id = d.endpoint_id and earlier.upgrade_id = d.upgrade_id
                  and earlier.state = 'pending' and earlier.position < d.position
            )
      )
    order by e.leased_until nulls first
    limit $4
    for update skip locked
)
returning endpoint_id
