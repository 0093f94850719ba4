-- How many users of upgrade $1 its new subscription $2 has no license for: those who hold one of it,
-- and those who are still to come, without those skipped. Asked only when a move has met the limit.
select greatest(0, new.assigned - new.licenses + (
    select count(*)
    from assignments a
    where a.subscription_id = u.subscription_id
      and not exists (
          select from assignments b
          where b.subscription_id = new.subscription_id and b.user_id = a.user_id
      )
      and not exists (
          select from failed_users f
          where f.upgrade_id = u.upgrade_id and f.user_id = a.user_id and f.skipped_at is not null
      )
))::integer
from upgrades u
join subscriptions new on new.subscription_id = $2
where u.upgrade_id = $1
