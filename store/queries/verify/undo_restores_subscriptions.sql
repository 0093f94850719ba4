-- An upgrade that was given up leaves no money moved, its old subscription billed, its own withdrawn
-- or the one that was there before unlocked, nobody away from where they were, and every license that
-- ended in the move given back (promise 17, B57, B58).
select u.upgrade_id, u.stage, old.status as old_status, new.status as new_status,
       old.ended_by is not distinct from u.upgrade_id
       or old.locked_by is not distinct from u.upgrade_id
       or (new.subscription_id is null) <> (u.view ->> 'new_subscription_id' is null)
       or new.locked_by is not distinct from u.upgrade_id
       or exists (
           select from dropped_licenses d
           where d.upgrade_id = u.upgrade_id and d.restored_at is null
       )
       or (new.opened_by is not distinct from u.upgrade_id
           and (new.status <> 'canceled' or new.billed or new.assigned <> 0
                or new.ended_by is distinct from u.upgrade_id))
       or exists (select from ledger_entries l where l.upgrade_id = u.upgrade_id)
       or exists (select from invoices i where i.upgrade_id = u.upgrade_id)
       or exists (
           select from moved_users m
           where m.upgrade_id = u.upgrade_id and m.returned_at is null and m.left_at is null
       ) as broken
from upgrades u
left join subscriptions old using (subscription_id)
left join subscriptions new on new.subscription_id = u.view ->> 'new_subscription_id'
where u.stage in ('refused', 'declined', 'expired', 'canceled', 'undone')
