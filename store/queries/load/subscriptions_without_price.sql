-- Live subscriptions that nothing says the price of: they have none of their own, are not prepaid,
-- and their plan has none in their tenant's currency. A file is only checked against itself, so one
-- that changes a plan or a tenant could leave subscriptions behind that it does not hold.
select s.subscription_id, s.plan_id, s.tenant_id, t.body ->> 'currency' as currency
from subscriptions s
join tenants t using (tenant_id)
join plans p using (plan_id)
where s.price is null
  and s.prepaid is null
  and s.status in ('provisioning', 'active', 'suspended')
  and not p.body -> 'prices' @> jsonb_build_array(
      jsonb_build_object('currency', t.body ->> 'currency'))
order by s.subscription_id
