-- What this database holds that a world does not hold, or holds otherwise: kind and name.
--   $1 services, $2 plans, $3 tenants as JSON arrays of their bodies, $4 the policy's body,
--   $5 service ids and $6 references of the world's open incidents, $7 ids of its subscriptions
-- A subscription that an upgrade has opened belongs to whoever the upgraded one belongs to.
select 'service' as kind, service_id as name
from services where body <> all (select jsonb_array_elements($1::jsonb))
union all
select 'plan', plan_id
from plans where body <> all (select jsonb_array_elements($2::jsonb))
union all
select 'tenant', tenant_id
from tenants where body <> all (select jsonb_array_elements($3::jsonb))
union all
select 'policy', 'policy'
from policy where body <> $4::jsonb
union all
select 'incident', reference
from incidents
where (service_id, reference) not in (select * from unnest($5::text[], $6::text[]))
union all
select 'subscription', subscription_id
from subscriptions where opened_by is null and subscription_id <> all ($7::text[])
order by kind, name
