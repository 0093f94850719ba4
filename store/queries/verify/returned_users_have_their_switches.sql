-- Whoever was moved back has the switches from before the move, unless they were changed since
-- (promise 17, B57).
select m.upgrade_id, m.user_id, m.disabled_before as before, a.disabled_services as now,
       m.disabled_before <> a.disabled_services as broken
from moved_users m
join upgrades u using (upgrade_id)
join assignments a on a.subscription_id = u.subscription_id and a.user_id = m.user_id
where m.returned_at is not null
  and not exists (
      select from license_changes c
      where c.user_id = m.user_id and c.subscription_id in (u.subscription_id, u.view ->> 'new_subscription_id')
  )
