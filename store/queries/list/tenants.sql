-- Tenants in the order of their ids, with how many subscriptions and open upgrades each has.
--   $1 at most; conditions are on `t`
-- Each part below is such a condition: `p` is the value of a filter, or the id to go on after.
select t.tenant_id, t.body ->> 'name' as name, t.body ->> 'country' as country,
       t.body ->> 'currency' as currency,
       (select count(*) from subscriptions s where s.tenant_id = t.tenant_id) as subscriptions,
       (select count(*) from upgrades u where u.tenant_id = t.tenant_id and u.is_open) as open_upgrades
from tenants t
where {where}
order by t.tenant_id
limit $1

-- :tenant
t.tenant_id = {p}

-- :user
t.tenant_id = any(array(select tenant_id from users_of_tenants where user_id = {p}))

-- :quote
t.tenant_id = any(array(select body ->> 'tenant_id' from quotes where quote_id = {p}))

-- :invoice
t.tenant_id = any(array(select tenant_id from invoices where number = {p}))

-- :stage
(select true from upgrades x where x.stage = {p} and x.tenant_id = t.tenant_id limit 1)

-- :stage alone
t.tenant_id = any(array(
    select distinct tenant_id from upgrades
    where stage = {p} and tenant_id > {after} order by tenant_id limit $1
))

-- :after
t.tenant_id > {p}
