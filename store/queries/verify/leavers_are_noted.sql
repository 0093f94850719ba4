-- The ledger of a move says that a user left where they did, so that no undo gives them old switches
-- when they join again; and of nobody else (promises 11 and 17, B49, B57).
select m.upgrade_id, m.user_id, m.batch, m.left_at,
       case
           when m.left_at is not null then not exists (
               select from license_changes c
               where c.subscription_id = b.new_subscription_id and c.user_id = m.user_id
                 and c.change = 'left'
           )
           else m.returned_at is null
                and not exists (
                    select from assignments a
                    where a.subscription_id = b.new_subscription_id and a.user_id = m.user_id
                )
                -- Whom a later move took further was not away.
                and not exists (
                    select from moved_users further
                    join move_batches later using (upgrade_id, batch)
                    where further.user_id = m.user_id
                      and later.old_subscription_id = b.new_subscription_id
                )
       end as broken
from moved_users m
join move_batches b using (upgrade_id, batch)
