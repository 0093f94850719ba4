-- Changes by hand that are complete have moved users from or to subscriptions that go on. A file does not
-- bring those users back, nor take them from where they were moved to: their changes are dropped.
--   $1 subscriptions that users were moved from, $2 those that users were moved to
-- Returns how many such changes there were, by subscription and kind.
with departures as (
    select distinct b.upgrade_id, b.old_subscription_id as subscription_id, b.new_subscription_id
    from move_batches b
    join upgrades u using (upgrade_id)
    where b.old_subscription_id = any($1::text[]) and u.view ->> 'completed_at' is not null
    union
    -- Whose users all held the new license before.
    select u.upgrade_id, u.subscription_id, u.view ->> 'new_subscription_id'
    from upgrades u
    where u.subscription_id = any($1::text[]) and u.view ->> 'completed_at' is not null
), arrivals as (
    select distinct b.upgrade_id, b.new_subscription_id as subscription_id
    from move_batches b
    join upgrades u using (upgrade_id)
    join subscriptions s on s.subscription_id = b.new_subscription_id
    where b.new_subscription_id = any($2::text[]) and u.view ->> 'completed_at' is not null
      and b.upgrade_id is distinct from s.opened_by
), kept as (
    delete from user_changes c
    where change = 'joined' and exists (
        select
        from departures d
        join subscriptions n on n.subscription_id = d.new_subscription_id
        where d.subscription_id = c.subscription_id
          and (n.ended_by is not null or exists (
              select from assignments a
              where a.subscription_id = n.subscription_id and a.user_id = c.user_id
          ))
          and (
              exists (
                  select from moved_users m
                  where m.upgrade_id = d.upgrade_id and m.user_id = c.user_id
                    and m.returned_at is null and m.left_at is null
              )
              or exists (
                  select from dropped_licenses l
                  where l.upgrade_id = d.upgrade_id and l.user_id = c.user_id
                    and l.subscription_id = c.subscription_id and l.restored_at is null
              )
          )
    )
    or change = 'left' and exists (
        select
        from arrivals r
        join moved_users m using (upgrade_id)
        where r.subscription_id = c.subscription_id and m.user_id = c.user_id
          and m.returned_at is null and m.left_at is null
    )
    returning subscription_id, change
)
select subscription_id, change, count(*)::integer as users
from kept
group by subscription_id, change
order by subscription_id, change
