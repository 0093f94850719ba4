-- Whoever was moved back has the switches from before the move, unless they were changed since
-- (promise 17, B57).
select m.upgrade_id, m.user_id, m.disabled_before as before, a.disabled_services as now,
       m.disabled_before <> a.disabled_services as broken
from moved_users m
join move_batches b using (upgrade_id, batch)
join assignments a on a.subscription_id = b.old_subscription_id and a.user_id = m.user_id
where m.returned_at is not null
  and not exists (
      select from moved_users again
      where again.upgrade_id = m.upgrade_id and again.user_id = m.user_id and again.batch > m.batch
  )
  and not exists (
      select from license_changes c
      where c.user_id = m.user_id
        and c.subscription_id in (b.old_subscription_id, b.new_subscription_id)
  )
