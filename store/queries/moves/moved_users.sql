-- The ledger of a move, in the order of the users' ids, after user $2: what each had before, what they
-- have now, and which switches were lost (B45). A user who moved twice has two rows, never cut apart.
--   $3 whether only those who lost switches, $4 rows at least, where there are so many
select user_id, batch, moved_at, old_subscription_id, new_subscription_id, disabled_before,
       disabled_now, returned_at, left_at,
       array(select unnest(disabled_before) except select unnest(disabled_now) order by 1)
           as lost_switches
from (
    select * from moved_users m
    where m.upgrade_id = $1 and m.user_id > $2
      and (not $3 or not m.disabled_before <@ m.disabled_now)
    order by m.user_id
    fetch first $4 rows with ties
) as page
join move_batches using (upgrade_id, batch)
order by user_id, batch
