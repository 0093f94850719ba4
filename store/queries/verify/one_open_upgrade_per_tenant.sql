-- A tenant has at most one open upgrade (promise 1, B9).
select tenant_id,
       array_agg(upgrade_id order by upgrade_id) filter (where is_open) as open_upgrades,
       count(*) filter (where is_open) > 1 as broken
from upgrades
group by tenant_id
