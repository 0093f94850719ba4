-- One idempotency key of a tenant stands for one upgrade (promises 2 and 3).
select data #>> '{order,tenant_id}' as tenant_id,
       data #>> '{order,idempotency_key}' as idempotency_key,
       array_agg(stream order by stream) as streams,
       count(*) <> 1 as broken
from events
where type = 'OrderPlaced'
group by 1, 2
