-- Move one batch of users back from subscription $1 to $2, with the switches they had before (B57).
-- Users who joined the new subscription meanwhile come along; who joined the old one again keeps
-- what they have there. Returns how many went.
--   $3 upgrade, $4 users at most, $5 moment
with batch as (
    select user_id
    from assignments
    where subscription_id = $1
    order by user_id
    limit $4
    for update
), back_already as materialized (
    select user_id
    from batch
    join assignments a using (user_id)
    where a.subscription_id = $2
), dropped as (
    delete from assignments a
    using back_already b
    where a.subscription_id = $1 and a.user_id = b.user_id
), returned as (
    update assignments a
    set subscription_id = $2,
        disabled_services = coalesce(m.disabled_before, a.disabled_services)
    from batch b
    left join moved_users m on m.upgrade_id = $3 and m.user_id = b.user_id
    where a.subscription_id = $1 and a.user_id = b.user_id
      and b.user_id not in (select user_id from back_already)
    returning a.user_id
), noted as (
    update moved_users m set returned_at = $5
    from batch b
    where m.upgrade_id = $3 and m.user_id = b.user_id
)
select count(*)::integer from batch
