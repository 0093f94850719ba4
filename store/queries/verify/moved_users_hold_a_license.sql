-- Whoever was moved holds a license where the move, or its undo, has put them last, unless they left
-- or a later upgrade took them further (promises 8 and 11, B43, B44).
select m.upgrade_id, m.user_id, place.subscription_id,
       not exists (
           select from assignments a
           where a.subscription_id = place.subscription_id and a.user_id = m.user_id
       )
       and (
           select c.change from license_changes c
           where c.subscription_id = place.subscription_id and c.user_id = m.user_id
             and c.change <> 'switched'
           order by c.position desc limit 1
       ) is distinct from 'left'
       and not exists (
           select from move_batches later
           join moved_users further using (upgrade_id, batch)
           where later.old_subscription_id = place.subscription_id
             and later.upgrade_id <> m.upgrade_id
             and further.user_id = m.user_id and further.returned_at is null
       ) as broken
from moved_users m
left join move_batches b using (upgrade_id, batch)
cross join lateral (
    select case when m.returned_at is null then b.new_subscription_id
                else b.old_subscription_id end as subscription_id
) as place
where not exists (
    select from moved_users again
    where again.upgrade_id = m.upgrade_id and again.user_id = m.user_id and again.batch > m.batch
)
