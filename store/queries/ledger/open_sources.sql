-- The upgrades that subscription $1 was paid by, as far back as credit went, and what is owed for each, the
-- last one first (B65).
select o.upgrade_id, o.open_minor, i.number
from open_sources_of($1) o
left join invoices i using (upgrade_id)
order by o.nth
