-- Upgrades that wait, and of those, the ones whose deadline has long passed: nobody wakes them
-- (promise 16). One that is parked waits for an operator, not for its deadline: `watch` tells of it.
--   $1 now, $2 how much later than its deadline something may happen
select upgrade_id, stage, deadline, deadline < $1::timestamptz - $2::interval as broken
from upgrades
where deadline is not null and stage <> 'needs_attention'
