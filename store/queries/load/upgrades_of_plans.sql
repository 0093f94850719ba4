-- Open upgrades from or to one of these plans. A scheduled one is checked again on its day.
--   $1 ids of plans
select jsonb_build_object(
    'upgrade', jsonb_build_object(
        'upgrade_id', u.upgrade_id, 'subscription_id', u.subscription_id, 'stage', u.stage),
    'tenant', t.body,
    'subscription', subscription_json(s),
    'target_plan_id', u.view ->> 'target_plan_id'
) as upgrade
from upgrades u
join subscriptions s using (subscription_id)
join tenants t on t.tenant_id = s.tenant_id
where u.is_open and u.stage <> 'scheduled'
  and (s.plan_id = any($1::text[]) or u.view ->> 'target_plan_id' = any($1::text[]))
order by u.upgrade_id
