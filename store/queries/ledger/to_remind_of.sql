-- Invoices that fall due today, or are overdue, of which something is open and nobody has told the customer.
--   $1 now, $2 and $3 the first and the last day, as text, that they may be due on, $4 at most
select i.upgrade_id, u.subscription_id, due.reminder
from invoices i
join upgrades u using (upgrade_id)
join tenants t on t.tenant_id = i.tenant_id
cross join lateral (
    select (i.body ->> 'due_on')::date as day,
           ($1::timestamptz at time zone (t.body ->> 'time_zone'))::date as today
) as days
cross join lateral (
    select case when days.day < days.today then 'overdue' else 'due' end as reminder
) as due
where i.body ->> 'due_on' between $2 and $3
  and days.day <= days.today
  and (days.day < days.today or i.issued_on < days.today)
  and not exists (
      select from notices n where n.upgrade_id = i.upgrade_id and n.kind = 'invoice_' || due.reminder
  )
  -- Nobody knows whether those were paid.
  and not exists (select from invoices_before_payments b where b.upgrade_id = i.upgrade_id)
  and (
      select sum(l.amount_minor) from ledger_entries l
      where l.upgrade_id = i.upgrade_id and l.account = 'receivable'
  ) > 0
order by i.upgrade_id
limit $4
