-- What is left of each account credit is what the ledger says, and at no moment was more of it used
-- than there was (promise 6, B31).
with booked as (
    select credit_of as upgrade_id, min(tenant_id) as tenant_id, min(currency) as currency,
           -sum(amount_minor) filter (where booking in ('switch', 'void')) as amount_minor,
           -sum(amount_minor) as remaining_minor,
           bool_and(left_minor >= 0) and count(distinct (tenant_id, currency)) = 1 as sound
    from (
        select *, -sum(amount_minor) over (
            partition by credit_of
            -- What arises in a moment can be used in that moment.
            order by booked_at, booking desc, upgrade_id, entry
        ) as left_minor
        from ledger_entries
        where account = 'account_credit'
    ) as entries
    group by credit_of
)
select upgrade_id, b.amount_minor as booked_minor, b.remaining_minor as booked_left_minor,
       c.amount_minor, c.remaining_minor,
       (b.sound and (b.tenant_id, b.currency, b.amount_minor, b.remaining_minor)
        = (c.tenant_id, c.currency, c.amount_minor, c.remaining_minor)) is not true as broken
from booked b
full join account_credits c using (upgrade_id)
