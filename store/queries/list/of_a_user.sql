-- Parts of the conditions of lists: what concerns user `p`. From their tenants on, each lookup is by an
-- index; `offset 0` and `limit 1` keep the planner from joining whole tables instead.

-- :held
-- The subscriptions that they hold a license of.
array(
    select h.subscription_id
    from users_of_tenants k,
         lateral (
             select subscription_id from subscriptions x
             where x.tenant_id = k.tenant_id offset 0
         ) as h,
         lateral (
             select from assignments a
             where a.subscription_id = h.subscription_id and a.user_id = k.user_id limit 1
         ) as held
    where k.user_id = {p}
)

-- :upgrades
-- The upgrades from or into one of those, and those that have moved them.
select o.upgrade_id, o.quote_id
from users_of_tenants k,
     lateral (
         select upgrade_id, quote_id from upgrades x
         where x.tenant_id = k.tenant_id
           and (
               x.subscription_id = any({held})
               or x.view ->> 'new_subscription_id' = any({held})
               or (
                   select true from moved_users m
                   where m.upgrade_id = x.upgrade_id and m.user_id = k.user_id limit 1
               )
           )
         offset 0
     ) as o
where k.user_id = {p}

-- :quotes
-- The quotes of subscriptions that they hold a license of.
select o.quote_id
from users_of_tenants k,
     lateral (
         select quote_id from quotes x
         where x.body ->> 'tenant_id' = k.tenant_id and x.subscription_id = any({held})
         offset 0
     ) as o
where k.user_id = {p}
