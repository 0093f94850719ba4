-- Who is still on old subscription $2 when upgrade $1 is about to switch: how many should have moved,
-- and how many stay on purpose, skipped or not on the list of quote $3 (null: all should move).
select here.users - skipped.users as left_behind,
       s.assigned - here.users + skipped.users as staying
from subscriptions s
cross join lateral (
    select case
        when $3::text is null then s.assigned
        else (
            select count(*)
            from users_to_move u join assignments a using (user_id)
            where u.quote_id = $3 and a.subscription_id = $2
        )::integer
    end as users
) as here
cross join lateral (
    select count(*)::integer as users
    from failed_users f join assignments a using (user_id)
    where f.upgrade_id = $1 and f.skipped_at is not null and a.subscription_id = $2
) as skipped
where s.subscription_id = $2
