-- An upgrade is of the tenant and the subscription that its quote is of, and leads to the plan that was
-- quoted: its order, its row and what callers see all say so (B70).
with said as (
    select upgrade_id, 'row' as place, upgrade_id as id, tenant_id, subscription_id, quote_id,
           view ->> 'target_plan_id' as target_plan_id
    from upgrades
    union all
    select upgrade_id, 'view', view ->> 'upgrade_id', view ->> 'tenant_id',
           view ->> 'subscription_id', view ->> 'quote_id', view ->> 'target_plan_id'
    from upgrades
    union all
    select substr(stream, length('upgrade-') + 1), 'order', data #>> '{order,upgrade_id}',
           data #>> '{order,tenant_id}', data #>> '{order,subscription_id}',
           data #>> '{order,quote_id}', data #>> '{order,target_plan_id}'
    from events
    where type = 'OrderPlaced'
)
select s.*, q.body ->> 'tenant_id' as tenant_quoted,
       q.body ->> 'subscription_id' as subscription_quoted,
       q.body ->> 'target_plan_id' as plan_quoted,
       s.id is distinct from s.upgrade_id
       or s.tenant_id is distinct from q.body ->> 'tenant_id'
       or s.subscription_id is distinct from q.body ->> 'subscription_id'
       or s.subscription_id is distinct from q.subscription_id
       or s.target_plan_id is distinct from q.body ->> 'target_plan_id' as broken
from said s
left join quotes q using (quote_id)
