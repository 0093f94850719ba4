-- Whoever holds a license of a subscription that an upgrade opened was moved there or has joined:
-- nobody appears from nowhere, nobody who left comes back (promise 11, B49).
select a.subscription_id, a.user_id,
       not exists (
           select from moved_users m where m.upgrade_id = s.opened_by and m.user_id = a.user_id
       )
       and not exists (  -- by a change by hand, later
           select from move_batches b join moved_users m using (upgrade_id, batch)
           where m.user_id = a.user_id
             and a.subscription_id = case
                 when m.returned_at is null then b.new_subscription_id else b.old_subscription_id
             end
       )
       and not exists (
           select from license_changes c
           where c.user_id = a.user_id and c.change = 'joined'
             and (c.subscription_id = a.subscription_id or c.subscription_id in (
                 -- Who joined while an upgrade from here was under way came along when it was undone.
                 select u.view ->> 'new_subscription_id' from upgrades u
                 where u.subscription_id = a.subscription_id
             ))
       ) as broken
from assignments a
join subscriptions s using (subscription_id)
where s.opened_by is not null
