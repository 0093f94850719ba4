-- Upgrades that have not ended, in the order of their ids.
--   $1 the stages of those that have, $2 the id after which to go on, $3 how many at most
select upgrade_id, stage
from upgrades
where stage <> all($1::text[]) and upgrade_id > $2
order by upgrade_id
limit $3
