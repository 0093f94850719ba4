-- An invoice's total is what account credit pays and what is due, as its event decided, and what is
-- due is what the ledger says the tenant owes for the upgrade (promises 5 and 7, B31).
with receivable as (
    select upgrade_id, sum(amount_minor) as owed_minor
    from ledger_entries
    where account = 'receivable'
    group by upgrade_id
)
select i.number, i.body ->> 'total' as total, i.body ->> 'account_credit_used' as used,
       i.body ->> 'amount_due' as due, r.owed_minor,
       (i.body -> 'account_credit_uses' = e.data -> 'account_credit_uses'
        and (i.body ->> 'account_credit_used')::numeric = (
            select coalesce(sum((use ->> 'amount')::numeric), 0)
            from jsonb_array_elements(i.body -> 'account_credit_uses') as use
        )
        and (i.body ->> 'total')::numeric
            = (i.body ->> 'account_credit_used')::numeric + (i.body ->> 'amount_due')::numeric
        and (i.body ->> 'amount_due')::numeric >= 0
        -- Amounts are written with all the digits of their currency.
        and replace(i.body ->> 'amount_due', '.', '')::bigint = coalesce(r.owed_minor, 0)
       ) is not true as broken
from invoices i
left join events e on e.stream = 'upgrade-' || i.upgrade_id and e.type = 'InvoiceIssued'
left join receivable r on r.upgrade_id = i.upgrade_id
