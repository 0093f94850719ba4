-- The list of a change by hand holds exactly as many users as its quote says, and nobody is moved by
-- one who is not on it (B60).
select q.quote_id, (q.body #>> '{request,change,users}')::integer as quoted, l.users as listed,
       s.users as moved_unlisted,
       (q.body #>> '{request,change,users}')::integer is distinct from l.users
       or s.users > 0 as broken
from quotes q
cross join lateral (
    select count(*) as users from users_to_move where quote_id = q.quote_id
) as l
cross join lateral (
    select count(*) as users
    from upgrades u join moved_users m using (upgrade_id)
    where u.quote_id = q.quote_id
      and not exists (
          select from users_to_move l where l.quote_id = q.quote_id and l.user_id = m.user_id
      )
) as s
where q.body #>> '{request,change,listed}' = 'true'
