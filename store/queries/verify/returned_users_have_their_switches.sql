-- Users who were moved back have the switches from before the move, unless they were changed since, or
-- a later upgrade moved them again (promise 17, B57). Moves of one subscription follow each other as it
-- is locked for each: the versions of its stream say in which order.
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
  and not exists (
      select from moved_users later
      join move_batches l using (upgrade_id, batch)
      join events locked on locked.stream = 'subscription-' || b.old_subscription_id
          and locked.type in ('SubscriptionLocked', 'SubscriptionOpened')
          and locked.data ->> 'upgrade_id' = later.upgrade_id
      where later.user_id = m.user_id and later.upgrade_id <> m.upgrade_id
        and b.old_subscription_id in (l.old_subscription_id, l.new_subscription_id)
        and locked.version > (
            select max(own.version) from events own
            where own.stream = locked.stream
              and own.type in ('SubscriptionLocked', 'SubscriptionOpened')
              and own.data ->> 'upgrade_id' = m.upgrade_id
        )
  )
