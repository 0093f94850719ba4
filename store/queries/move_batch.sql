-- Move one batch of users, in the order of their ids, from subscription $1 to $2: at no moment does
-- a user hold no license (B44). Says in `moved_users` what each had before. Returns how many went,
-- and whether that was the last batch: it held everybody whom the counter of $1 knew of.
-- Who holds the new license already (they were moved, and joined the old subscription again) keeps
-- it, loses the old one, and is not counted.
--   $3 upgrade, $4 batch number, $5 users at most, $6 moment,
--   $7 services whose switched-off state is kept (null: all services are on, B45)
with batch as (
    select user_id, disabled_services
    from assignments
    where subscription_id = $1
    order by user_id
    limit $5
    for update
), over_already as materialized (
    select user_id
    from batch
    join assignments a using (user_id)
    where a.subscription_id = $2
), dropped as (
    delete from assignments a
    using over_already o
    where a.subscription_id = $1 and a.user_id = o.user_id
), moved as (
    update assignments a
    set subscription_id = $2,
        disabled_services = case
            when $7::text[] is null or b.disabled_services = '{}' then '{}'
            else array(select unnest(b.disabled_services) intersect select unnest($7::text[]))
        end
    from batch b
    where a.subscription_id = $1 and a.user_id = b.user_id
      and b.user_id not in (select user_id from over_already)
    returning a.user_id, b.disabled_services
), noted as (
    insert into moved_users (upgrade_id, user_id, batch, disabled_before, moved_at)
    select $3, user_id, $4, disabled_services, $6 from moved
    on conflict (upgrade_id, user_id) do update
    set batch = excluded.batch, disabled_before = excluded.disabled_before,
        moved_at = excluded.moved_at, returned_at = null
)
select
    (select count(*) from moved)::integer as moved,
    (select count(*) from batch) >= s.assigned or not exists (select from batch) as is_last
from subscriptions s
where s.subscription_id = $1
