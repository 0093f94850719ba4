-- Go on without users who could not be moved: all of them, or those listed. Their license stays
-- theirs until billing switches. Who is skipped already stays so.
--   $1 upgrade, $2 users (null: all who fail), $3 moment, $4 reason
-- Returns how many are skipped in all, and those listed who do not fail.
with skipped as (
    update failed_users
    set skipped_at = $3, skipped_why = $4
    where upgrade_id = $1 and skipped_at is null and ($2::text[] is null or user_id = any($2))
    returning user_id
)
select (
           (select count(*) from skipped)
           + (select count(*) from failed_users where upgrade_id = $1 and skipped_at is not null)
       )::integer as skipped,
       array(
           select wanted.user_id
           from unnest($2::text[]) as wanted (user_id)
           where not exists (
               select from failed_users f where f.upgrade_id = $1 and f.user_id = wanted.user_id
           )
       ) as unknown
