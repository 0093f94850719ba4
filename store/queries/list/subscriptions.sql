-- Subscriptions in the order of their ids, with the open upgrade that each is replaced by.
--   $1 at most; conditions are on `s`
-- Each part below is such a condition: `p` is the value of a filter, or the id to go on after.
select s.subscription_id, s.tenant_id, s.plan_id, s.status, s.licenses, s.assigned,
       (
           select u.upgrade_id from upgrades u
           where u.subscription_id = s.subscription_id and u.is_open
       ) as open_upgrade_id
from subscriptions s
where {where}
order by s.subscription_id
limit $1

-- :tenant
s.tenant_id = {p}

-- :user
s.subscription_id = any({held})

-- :quote
s.subscription_id = any(array(
    select subscription_id from quotes where quote_id = {p}
    union all
    select view ->> 'new_subscription_id' from upgrades where quote_id = {p}
))

-- :invoice
s.subscription_id = any(array(
    select unnest(array[body ->> 'subscription_id', body ->> 'new_subscription_id'])
    from invoices where number = {p}
))

-- :stage
(
    select true from upgrades x
    where x.stage = {p} and x.subscription_id = s.subscription_id limit 1
)

-- :stage alone
s.subscription_id = any(array(
    select distinct subscription_id from upgrades
    where stage = {p} and subscription_id > {after} order by subscription_id limit $1
))

-- :after
s.subscription_id > {p}
