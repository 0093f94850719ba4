-- Move one batch of users back from subscription $3 to $4, in the order of their ids, with the
-- switches they had before (B57). Users who joined the new subscription meanwhile come along where an
-- upgrade has opened it, and stay where it was there before, also if they had been moved there and left;
-- who joined the old one again keeps what they have there. No block keeps
-- anybody from going back. Whose turn it is: see `move_batch`.
--   $1 upgrade, $2 version of its stream, $3 new, $4 old, $5 moment, $6 users at most,
--   $7 user to go on after
-- {users}: a condition on `a`, where only those who were moved go back.
-- No two lists are joined: right after a large move nothing is known of their sizes, and the planner
-- would compare each with each, for minutes. `(... in (...)) is true` is looked up in a hash table.
-- Returns how many left the new subscription, and up to whom it looked (null: to the end).
with turn as materialized (
    select version
    from streams
    where stream = 'upgrade-' || $1 and version = $2
      and pg_try_advisory_xact_lock(hashtextextended('move ' || $1, 0))
), bound as materialized (
    select max(user_id) as upto, count(*) as seen
    from turn, lateral (
        select user_id
        from assignments a
        where subscription_id = $3 and user_id > $7 and {users}
        order by user_id
        limit $6
    ) as batch
), back_already as materialized (
    select user_id
    from assignments o
    where subscription_id = $4 and user_id > $7 and user_id <= (select upto from bound)
      and (user_id in (
          select a.user_id from assignments a
          where a.subscription_id = $3 and a.user_id > $7 and a.user_id <= (select upto from bound)
      )) is true
), before as materialized (
    -- Whose old license the move took, by moving it or by ending it beside a new one: they go back to
    -- what was before the last time. Who left after it, or has been back, and joined again, comes along
    -- with the new license.
    select user_id
    from moved_users
    where upgrade_id = $1 and user_id > $7 and user_id <= (select upto from bound)
      and left_at is null and returned_at is null
    union
    select user_id
    from dropped_licenses
    where upgrade_id = $1 and user_id > $7 and user_id <= (select upto from bound)
      and left_at is null and restored_at is null
), dropped as (
    delete from assignments a
    where subscription_id = $3 and user_id = any(array(select user_id from back_already)) and {users}
    returning user_id
), returned as (
    update assignments a
    set subscription_id = $4,
        disabled_services = coalesce((
            -- Noted after any move: who was moved, joined the old one again and lost that license too.
            select d.disabled_services from dropped_licenses d
            where d.upgrade_id = $1 and d.user_id = a.user_id
              and d.left_at is null and d.restored_at is null
        ), (
            select m.disabled_before from moved_users m
            where m.upgrade_id = $1 and m.user_id = a.user_id
              and m.left_at is null and m.returned_at is null
            order by m.batch desc
            limit 1
        ))
    where subscription_id = $3 and user_id > $7 and user_id <= (select upto from bound)
      and (user_id in (select user_id from before)) is true
      and user_id not in (select user_id from back_already) and {users}
    returning a.user_id
), came_along as (
    update assignments a
    set subscription_id = $4
    where subscription_id = $3 and user_id > $7 and user_id <= (select upto from bound)
      and user_id not in (select user_id from before)
      and user_id not in (select user_id from back_already) and {users}
    returning a.user_id
), noted as (
    -- An array, so that each is looked up: right after a large move nothing is known of the ledger's
    -- size, and a join would read all of it for each of them.
    update moved_users m set returned_at = $5
    where m.upgrade_id = $1 and m.returned_at is null
      and m.user_id = any(array(
          select user_id from returned
          union all select user_id from dropped
          union all select user_id from came_along
      ))
)
select (select count(*) from returned) + (select count(*) from came_along)
       + (select count(*) from dropped) as gone,
       case when bound.seen = $6 then bound.upto end as upto
from turn
cross join bound
