-- Every notice has a delivery for every endpoint that its tenant had before it, once the relays have
-- come that far (B62).
select o.notice_id, e.endpoint_id,
       o.transaction_id < f.transaction_id and d.delivery_id is null as broken
from outbox o
join webhook_endpoints e using (tenant_id)
join followers f on f.name = 'webhooks'
left join deliveries d using (endpoint_id, notice_id)
where e.removed_at is null and e.transaction_id < o.transaction_id
