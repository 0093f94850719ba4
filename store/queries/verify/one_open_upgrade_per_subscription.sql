-- A subscription has at most one open upgrade (promise 1).
select subscription_id,
       array_agg(upgrade_id order by upgrade_id) filter (where is_open) as open_upgrades,
       count(*) filter (where is_open) > 1 as broken
from upgrades
group by subscription_id
