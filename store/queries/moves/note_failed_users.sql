-- Note whom a move cannot take along now, and why; forget whom it no longer waits for. A skip stays.
--   $1 upgrade, $2 old subscription, $3 moment
-- {users}: a condition on `a`, where only some are to move.
-- Returns how many fail, without those skipped, with the reasons and how many each.
with failing as materialized (
    select a.user_id, b.code, b.note
    from user_blocks b
    join assignments a using (subscription_id, user_id)
    where b.subscription_id = $2 and {users}
), forgotten as (
    delete from failed_users f
    where f.upgrade_id = $1 and f.skipped_at is null
      and not exists (select from failing where failing.user_id = f.user_id)
), noted as (
    insert into failed_users as f (upgrade_id, user_id, code, note, failed_at)
    select $1, user_id, code, note, $3 from failing
    on conflict (upgrade_id, user_id) do update
    set code = excluded.code, note = excluded.note, failed_at = excluded.failed_at,
        attempts = f.attempts + 1
    where f.skipped_at is null
    returning code
)
select coalesce(sum(users), 0)::integer as failed,
       coalesce(jsonb_object_agg(code, users), '{{}}') as reasons
from (select code, count(*) as users from noted group by code) as each
