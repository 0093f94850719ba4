-- Every notice that was written together with these events, for every endpoint of its tenant that
-- was there before. An endpoint's transaction that is older than the notice's has ended, and is
-- seen here: followers stay below the oldest transaction that still runs.
--   $1 global positions of events
insert into deliveries (endpoint_id, notice_id, upgrade_id, position)
select e.endpoint_id, o.notice_id, o.upgrade_id, o.position
from outbox o
join webhook_endpoints e using (tenant_id)
where o.transaction_id in (select transaction_id from events where global_position = any($1::bigint[]))
  and e.transaction_id < o.transaction_id
  and e.removed_at is null
order by o.position, e.endpoint_id
on conflict (endpoint_id, notice_id) do nothing
