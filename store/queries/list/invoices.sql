-- Invoices, the latest day first, of a day the highest number first.
--   $1 at most; conditions are on `i`
-- Each part below is such a condition: `p` is the value of a filter, or the id to go on after.
select i.number, i.tenant_id, i.upgrade_id, i.body ->> 'subscription_id' as subscription_id,
       i.body ->> 'new_subscription_id' as new_subscription_id, i.issued_on,
       i.body ->> 'total' as total, i.body ->> 'currency' as currency
from invoices i
where {where}
order by i.issued_on desc, i.number desc, i.upgrade_id desc
limit $1

-- :tenant
i.tenant_id = {p}

-- :user
i.upgrade_id = any(array(select o.upgrade_id from ({upgrades}) as o))

-- :quote
i.upgrade_id = any(array(select upgrade_id from upgrades where quote_id = {p}))

-- :invoice
i.number = {p}

-- :after
(i.issued_on, i.number, i.upgrade_id) < (
    (select issued_on from invoices where upgrade_id = {p}),
    (select number from invoices where upgrade_id = {p}),
    {p}
)
