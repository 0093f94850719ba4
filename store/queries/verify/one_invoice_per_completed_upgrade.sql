-- Every invoice belongs to a switch, at most 30 days before it; there is one for every upgrade whose
-- invoice was issued, and none for any other; none where nothing was bought (promise 15, B54, B61).
with history as (
    select substr(stream, length('upgrade-') + 1) as upgrade_id,
           count(*) filter (where type = 'InvoiceIssued') as issued,
           min((data ->> 'switched_on')::date) filter (where type = 'BillingSwitched') as switched_on
    from events
    where type in ('InvoiceIssued', 'BillingSwitched')
    group by stream
)
select upgrade_id, u.stage, i.number, h.switched_on, i.issued_on,
       coalesce(h.issued, 0) <> (u.stage is not distinct from 'invoiced')::integer
       or coalesce(h.issued, 0) <> (i.number is not null)::integer
       or (i.number is not null
           and (i.issued_on - h.switched_on between 0 and 30) is not true)
       or (u.stage is not distinct from 'completed') <> (
           h.switched_on is not null and u.view #>> '{change,into}' is not null
       ) as broken
from upgrades u
full join history h using (upgrade_id)
full join invoices i using (upgrade_id)
