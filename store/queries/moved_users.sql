-- The ledger of a move, in the order of the users' ids, after user $2 and their batch $3: what each
-- had before, what they have now, and which switches were lost (B45).
--   $4 whether only those who lost switches, $5 rows at most
select m.user_id, m.batch, b.moved_at, b.old_subscription_id, b.new_subscription_id,
       m.disabled_before, m.disabled_now,
       array(select unnest(m.disabled_before) except select unnest(m.disabled_now) order by 1)
           as lost_switches,
       m.returned_at
from moved_users m
join move_batches b using (upgrade_id, batch)
where m.upgrade_id = $1 and (m.user_id, m.batch) > ($2, $3)
  and (not $4 or not m.disabled_before <@ m.disabled_now)
order by m.user_id, m.batch
limit $5
