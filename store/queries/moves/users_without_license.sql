-- How many users of upgrade $1 its new subscription has no license for: those who hold one of it, and
-- those who are still to come (of a list, only those listed), without those skipped. Asked only when
-- a move has met the limit.
select greatest(0, new.assigned - new.licenses + (
    select count(*)
    from assignments a
    where a.subscription_id = u.subscription_id
      and not exists (
          select from assignments b
          where b.subscription_id = new.subscription_id and b.user_id = a.user_id
      )
      and (
          u.view #>> '{change,listed}' is distinct from 'true'
          or exists (
              select from users_to_move l
              where l.quote_id = u.quote_id and l.user_id = a.user_id
          )
      )
      and not exists (
          select from failed_users f
          where f.upgrade_id = u.upgrade_id and f.user_id = a.user_id and f.skipped_at is not null
      )
))::integer
from upgrades u
join subscriptions new on new.subscription_id = u.view ->> 'new_subscription_id'
where u.upgrade_id = $1
