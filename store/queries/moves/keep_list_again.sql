-- The list of quote $2: those on the list of quote $1 who hold a license of old subscription $3 and none of
-- subscription $4 yet.
insert into users_to_move (quote_id, user_id)
select $2, u.user_id
from users_to_move u
join assignments a on a.subscription_id = $3 and a.user_id = u.user_id
where u.quote_id = $1
  and not exists (
      select from assignments t where t.subscription_id = $4 and t.user_id = u.user_id
  )
