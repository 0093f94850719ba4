-- Upgrades that are parked, in the order of their ids.
--   $1 the id after which to go on, $2 how many at most
select upgrade_id, tenant_id,
       view #>> '{attention,cause}' as cause,
       (view #>> '{timeline,-1,at}')::timestamptz as since
from upgrades
where stage = 'needs_attention' and upgrade_id > $1
order by upgrade_id
limit $2
