-- Everything that was booked for tenant $1, and the time zone of its days; no row for an unknown one.
select t.body ->> 'time_zone' as time_zone,
       coalesce(
           (select jsonb_agg(to_jsonb(l) || jsonb_build_object('tax_rate', l.tax_rate::text))
            from ledger_entries l where l.tenant_id = t.tenant_id),
           '[]'
       ) as entries
from tenants t
where t.tenant_id = $1
