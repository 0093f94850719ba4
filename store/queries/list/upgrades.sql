-- Upgrades, and changes by hand, in the reverse order of their orders.
--   $1 at most; conditions are on `u`
-- Each part below is such a condition: `p` is the value of a filter, or the id to go on after.
select u.upgrade_id, u.tenant_id, u.subscription_id,
       u.view ->> 'new_subscription_id' as new_subscription_id,
       u.view ->> 'target_plan_id' as target_plan_id, u.stage,
       instant_of(u.view ->> 'placed_at') as placed_at, u.deadline, u.quote_id,
       u.view ->> 'invoice_number' as invoice_number
from upgrades u
where {where}
order by instant_of(u.view ->> 'placed_at') desc, u.upgrade_id desc
limit $1

-- :tenant
u.tenant_id = {p}

-- :user
u.upgrade_id = any(array(select o.upgrade_id from ({upgrades}) as o))

-- :quote
u.quote_id = {p}

-- :invoice
u.upgrade_id = any(array(select upgrade_id from invoices where number = {p}))

-- :stage
u.stage = {p}

-- :after
(instant_of(u.view ->> 'placed_at'), u.upgrade_id) < (
    (select instant_of(x.view ->> 'placed_at') from upgrades x where x.upgrade_id = {p}), {p}
)
