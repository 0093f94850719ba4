-- An invoice says whose it is, for which subscriptions and which plan, as its upgrade's quote and order
-- say (B70).
select i.number, i.upgrade_id, i.tenant_id, q.body ->> 'tenant_id' as tenant_quoted,
       i.body ->> 'number' is distinct from i.number
       or i.body ->> 'upgrade_id' is distinct from i.upgrade_id
       or i.tenant_id is distinct from q.body ->> 'tenant_id'
       or i.body -> 'tenant_id' is distinct from q.body -> 'tenant_id'
       or i.body -> 'subscription_id' is distinct from q.body -> 'subscription_id'
       or i.body -> 'new_subscription_id' is distinct from u.view -> 'new_subscription_id'
       or i.body -> 'plan_name' is distinct from placed.data -> 'plan_name' as broken
from invoices i
left join upgrades u using (upgrade_id)
left join quotes q using (quote_id)
left join events placed
    on placed.stream = 'upgrade-' || i.upgrade_id and placed.version = 1
