-- A credit note takes back all of one invoice: it names it as it was issued, and after it the upgrade's
-- charge, tax and applied credit are booked to nothing, nothing is owed, and what was paid is account
-- credit. Its number is one of its seller's own, without a gap. No later switch credits, for the period that is
-- void, more than the credit that had paid for it (B65).
with booked as (
    select upgrade_id,
           sum(amount_minor) filter (where account = 'receivable') as owed_minor,
           sum(amount_minor) filter (where account = 'revenue') as revenue_minor,
           count(*) filter (where booking = 'void') as void_entries,
           -coalesce(sum(amount_minor) filter (where booking = 'void' and account = 'receivable'), 0)
               as no_longer_due_minor,
           -coalesce(sum(amount_minor) filter (where booking = 'void' and account = 'account_credit'), 0)
               as account_credit_minor
    from ledger_entries
    group by upgrade_id
), credited as (
    select c.upgrade_id, coalesce(sum(l.amount_minor), 0) as credited_minor
    from credit_notes c
    join upgrades opener using (upgrade_id)
    join upgrades u on u.subscription_id = opener.view ->> 'new_subscription_id'
    join ledger_entries l on l.upgrade_id = u.upgrade_id
        and l.account = 'unused_service' and l.booking = 'switch'
    join events e on e.stream = 'upgrade-' || u.upgrade_id and e.type = 'BillingSwitched'
        and e.data ->> 'switched_on' <= c.body #>> '{invoice,lines,0,explanation,period_until}'
    group by c.upgrade_id
), numbered as (
    select c.*, row_number() over (partition by seller order by length(number), number) as expected,
           count(*) over (partition by seller) as numbers
    from credit_notes c
)
select coalesce(n.number, b.upgrade_id) as credit_note, n.upgrade_id, n.body #>> '{invoice,number}' as invoice,
       b.owed_minor, b.revenue_minor, c.credited_minor,
       (n.body #>> '{invoice,number}' = i.number and n.body #> '{invoice,lines}' = i.body -> 'lines'
        and n.body ->> 'number' = n.number and n.number = credit_note_number(n.expected)
        and s.last = n.numbers
        and n.body ->> 'total' = i.body ->> 'total'
        and e.data ->> 'number' = n.number
        and replace(n.body ->> 'account_credit', '.', '')::bigint = b.account_credit_minor
        and replace(n.body ->> 'no_longer_due', '.', '')::bigint = b.no_longer_due_minor
        and b.owed_minor = 0 and b.revenue_minor = 0
        and coalesce(c.credited_minor, 0)
            <= replace(i.body ->> 'credit_applied', '.', '')::bigint) is not true as broken
from numbered n
left join invoices i using (upgrade_id)
left join credited c using (upgrade_id)
left join credit_note_numbers s on s.seller = n.seller
left join events e on e.stream = 'upgrade-' || n.upgrade_id and e.type = 'InvoiceVoided'
full join booked b using (upgrade_id)
where n.number is not null or b.void_entries > 0
