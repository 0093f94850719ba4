-- A subscription that an upgrade opened is its tenant's, under the id that follows from the upgrade's,
-- of the plan and with the licenses that were quoted (B70).
select s.subscription_id, s.opened_by, s.tenant_id, s.plan_id,
       q.body ->> 'tenant_id' as tenant_quoted, q.body ->> 'target_plan_id' as plan_quoted,
       s.subscription_id is distinct from 'sub-' || substr(s.opened_by, length('up-') + 1)
       or s.tenant_id is distinct from q.body ->> 'tenant_id'
       or s.plan_id is distinct from q.body ->> 'target_plan_id'
       or e.data -> 'upgrade_id' is distinct from to_jsonb(s.opened_by)
       or e.data #> '{subscription,tenant_id}' is distinct from q.body -> 'tenant_id'
       or e.data #> '{subscription,plan_id}' is distinct from q.body -> 'target_plan_id'
       or e.data #> '{subscription,licenses}' is distinct from q.body -> 'licenses' as broken
from subscriptions s
left join upgrades u on u.upgrade_id = s.opened_by
left join quotes q using (quote_id)
left join events e
    on e.stream = 'subscription-' || s.subscription_id and e.type = 'SubscriptionOpened'
where s.opened_by is not null
