-- Billing switched exactly once for every completed upgrade, and never for any other (promise 4).
with switches as (
    select substr(stream, length('upgrade-') + 1) as upgrade_id, count(*) as switches
    from events
    where type = 'BillingSwitched'
    group by stream
)
select upgrade_id, u.stage, coalesce(s.switches, 0) as switches,
       coalesce(s.switches, 0) <> case
           when u.stage in ('awaiting_invoice', 'completed', 'invoiced') then 1
           when u.stage = 'needs_attention' and u.view ->> 'completed_at' is not null then 1
           else 0
       end as broken
from upgrades u
full join switches s using (upgrade_id)
