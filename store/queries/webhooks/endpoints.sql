-- Endpoints of tenant $1 (null: of all) with what waits for them.
select e.endpoint_id, e.tenant_id, e.url, e.created_at, e.gone_at, e.failing_since,
       count(d.*) filter (where d.state = 'pending')::integer as waiting,
       count(d.*) filter (where d.state = 'dead')::integer as dead,
       count(d.*) filter (where d.state = 'delivered')::integer as delivered
from webhook_endpoints e
left join deliveries d using (endpoint_id)
where e.removed_at is null and ($1::text is null or e.tenant_id = $1)
group by e.endpoint_id
order by e.tenant_id, e.created_at, e.endpoint_id
