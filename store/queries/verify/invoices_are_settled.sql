-- An invoice's total is what account credit pays and what is due, as its event decided, and what is
-- due is what the ledger says the tenant owes for the upgrade (promises 5 and 7, B31).
with receivable as (
    select upgrade_id, sum(amount_minor) as owed_minor
    from ledger_entries
    -- Payments and credit notes come after the invoice (B65).
    where account = 'receivable' and booking not in ('payment', 'void')
    group by upgrade_id
)
select i.number, i.body ->> 'total' as total, i.body ->> 'account_credit_used' as used,
       due.amount as due, r.owed_minor,
       (coalesce(i.body -> 'account_credit_uses', '[]') = coalesce(e.data -> 'account_credit_uses', '[]')
        and coalesce((i.body ->> 'account_credit_used')::numeric, 0) = (
            select coalesce(sum((use ->> 'amount')::numeric), 0)
            from jsonb_array_elements(coalesce(i.body -> 'account_credit_uses', '[]')) as use
        )
        and (i.body ->> 'total')::numeric
            = coalesce((i.body ->> 'account_credit_used')::numeric, 0) + due.amount::numeric
        and due.amount::numeric >= 0
        -- Amounts are written with all the digits of their currency.
        and replace(due.amount, '.', '')::bigint = coalesce(r.owed_minor, 0)
       ) is not true as broken
from invoices i
cross join lateral (
    -- Before account credit could pay, all was due, and nothing more was said.
    select coalesce(i.body ->> 'amount_due', i.body ->> 'total') as amount
) as due
left join events e on e.stream = 'upgrade-' || i.upgrade_id and e.type = 'InvoiceIssued'
left join receivable r on r.upgrade_id = i.upgrade_id
