-- Move one batch of users, in the order of their ids, from subscription $3 to $4: each changes hands
-- in place, so that at no moment anybody holds no license (B44). Notes what each had before. Nothing else that is
-- stored of them changes (B47), and no license of another subscription (B46).
--
-- No row is locked beforehand. Whoever changes a user's switches meanwhile is waited for, and `old`
-- is what they left. One worker moves at a time: no row is returned where another one does, or where
-- the upgrade's stream has moved on. A cancel does not wait: it appends, and this batch rolls back.
--
-- Who holds the new license already (they were moved, and joined the old subscription again) keeps
-- it, loses the old one, and is not counted. Where the new one was there before the move, that is
-- noted, so that an undo can give it back. Who is blocked, or was skipped, stays.
--   $1 upgrade, $2 version of its stream, $3 old, $4 new, $5 batch number, $6 moment,
--   $7 users at most, $8 user to go on after,
--   $9 services whose switched-off state is kept (null: all services are on, B45)
-- Where only a list is to move: {listed} and {users} are conditions on `a`, for all of the list and for
-- this batch; {batch} gives the ids of the batch, {remaining} how many are left.
-- No two lists are joined: see `return_batch`.
-- Returns how many left the old subscription, how many of them are counted as moved, how many stay
-- behind there on purpose, how many are left to move, and up to whom it looked (null: to the end).
with turn as materialized (
    select version
    from streams
    where stream = 'upgrade-' || $1 and version = $2
      and pg_try_advisory_xact_lock(hashtextextended('move ' || $1, 0))
), held_back as materialized (
    select user_id from user_blocks where subscription_id = $3
    union
    select user_id from failed_users where upgrade_id = $1 and skipped_at is not null
), chosen as (
    select batch.user_id from turn, lateral ({batch} order by user_id limit $7) as batch
), bound as materialized (
    select max(user_id) as upto, count(*) as seen from chosen
), over_already as materialized (
    select user_id
    from assignments n
    where subscription_id = $4 and user_id > $8 and user_id <= (select upto from bound)
      and (user_id in (
          select a.user_id from assignments a
          where a.subscription_id = $3 and a.user_id > $8 and a.user_id <= (select upto from bound)
      )) is true
), dropped as (
    delete from assignments a
    where subscription_id = $3 and user_id = any(array(select user_id from over_already))
      and user_id not in (select user_id from held_back) and {users}
    returning user_id, disabled_services
), noted_dropped as (
    insert into dropped_licenses (
        upgrade_id, user_id, subscription_id, disabled_services, dropped_at
    )
    select $1, user_id, $3, disabled_services, $6 from dropped
    on conflict (upgrade_id, user_id) do update
    set disabled_services = excluded.disabled_services, dropped_at = excluded.dropped_at,
        left_at = null
), moved as (
    update assignments a
    set subscription_id = $4,
        disabled_services = case
            when $9::text[] is null or a.disabled_services = '{{}}' then '{{}}'
            else array(select unnest(a.disabled_services) intersect select unnest($9::text[]))
        end
    where subscription_id = $3 and user_id > $8 and user_id <= (select upto from bound)
      and user_id not in (select user_id from held_back)
      and user_id not in (select user_id from over_already) and {users}
    returning a.user_id, old.disabled_services as before, a.disabled_services as now
), noted as (
    insert into moved_users (upgrade_id, user_id, batch, disabled_before, disabled_now)
    select $1, user_id, $5, before, now from moved
), counted as (
    insert into move_batches
    select $1, $5, $3, $4, count(*), $6 from moved having count(*) > 0
)
select moved.users + dropped.users as gone, moved.users as moved, staying.users as staying,
       {remaining} as remaining,
       case when bound.seen = $7 then bound.upto end as upto
from turn
cross join bound
cross join subscriptions s
cross join (select count(*) as users from moved) as moved
cross join (select count(*) as users from dropped) as dropped
cross join (
    select count(*) as users
    from assignments a
    where a.subscription_id = $3 and a.user_id = any(array(select user_id from held_back)) and {listed}
) as staying
where s.subscription_id = $3
