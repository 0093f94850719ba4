-- Who of old subscription $1 is to go: everybody, or who is on the list of quote $3. How many they are, how
-- many of them hold a license of $2 as well, and how many who do not have services switched off.
select count(*)::integer as users,
       count(t.user_id)::integer as already_there,
       (count(*) filter (where t.user_id is null and a.disabled_services <> '{}'))::integer
           as switched_off
from assignments a
left join assignments t on t.subscription_id = $2 and t.user_id = a.user_id
where a.subscription_id = $1
  and ($3::text is null or exists (
      select from users_to_move u where u.quote_id = $3 and u.user_id = a.user_id
  ))
