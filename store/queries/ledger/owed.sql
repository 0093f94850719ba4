-- What is still owed for invoices, and by when; of those in $1 (null: all) of tenants in $2 (null: all).
-- Numbers belong to sellers, so one may stand for two invoices: $3 is a number, or null.
select i.upgrade_id, i.number, i.tenant_id, i.body ->> 'currency' as currency,
       (i.body ->> 'due_on')::date as due_on,
       coalesce((
           select sum(l.amount_minor) from ledger_entries l
           where l.upgrade_id = i.upgrade_id and l.account = 'receivable'
       ), 0)::bigint as open_minor,
       coalesce((
           select jsonb_agg(jsonb_build_object('reference', l.reference, 'credit_of', l.credit_of,
                            'amount_minor', l.amount_minor, 'paid_at', l.booked_at) order by l.entry)
           from ledger_entries l
           where l.upgrade_id = i.upgrade_id and l.booking = 'payment' and l.amount_minor > 0
       ), '[]') as payments,
       not exists (
           select from invoices_before_payments b where b.upgrade_id = i.upgrade_id
       ) as can_be_overdue,
       t.body ->> 'time_zone' as time_zone,
       (select c.number from credit_notes c where c.upgrade_id = i.upgrade_id) as credit_note
from invoices i
join tenants t using (tenant_id)
where ($1::text[] is null or i.upgrade_id = any($1))
  and ($2::text[] is null or i.tenant_id = any($2))
  and ($3::text is null or i.number = $3)
order by i.upgrade_id
