-- Billing switches only once everybody was moved, or skipped by an operator who said why; and who is
-- skipped keeps the old license until then, unless they left (promises 8 and 9, B43, B44, B50).
select f.upgrade_id, f.user_id, f.code, f.skipped_why, u.stage,
       case
           when u.view ->> 'completed_at' is not null then f.skipped_at is null
           else f.skipped_at is not null
                and not exists (
                    select from assignments a
                    where a.subscription_id = u.subscription_id and a.user_id = f.user_id
                )
                and (
                    select c.change from license_changes c
                    where c.subscription_id = u.subscription_id and c.user_id = f.user_id
                      and c.change <> 'switched'
                    order by c.position desc limit 1
                ) is distinct from 'left'
       end is not false as broken
from failed_users f
left join upgrades u using (upgrade_id)
