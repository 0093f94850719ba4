-- Quotes, newest first, each with the latest upgrade that was ordered on it.
--   $1 at most; conditions are on `q`
-- Each part below is such a condition: `p` is the value of a filter, or the id to go on after.
select q.quote_id, q.subscription_id, q.body ->> 'tenant_id' as tenant_id,
       q.body ->> 'target_plan_id' as target_plan_id, (q.body ->> 'licenses')::integer as licenses,
       q.body ->> 'total' as total, q.body ->> 'currency' as currency,
       instant_of(q.body ->> 'created_at') as created_at,
       instant_of(q.body ->> 'expires_at') as expires_at,
       (
           select u.upgrade_id from upgrades u
           where u.quote_id = q.quote_id
           order by instant_of(u.view ->> 'placed_at') desc, u.upgrade_id desc
           limit 1
       ) as ordered_as
from quotes q
where {where}
order by q.created_at desc, q.quote_id desc
limit $1

-- :tenant
q.body ->> 'tenant_id' = {p}

-- :user
q.quote_id = any(array({quotes} union select o.quote_id from ({upgrades}) as o))

-- :quote
q.quote_id = {p}

-- :invoice
q.quote_id = any(array(
    select u.quote_id
    from invoices x,
         lateral (select quote_id from upgrades y where y.upgrade_id = x.upgrade_id limit 1) as u
    where x.number = {p}
))

-- :after
(q.created_at, q.quote_id) < ((select created_at from quotes where quote_id = {p}), {p})
