-- What is wrong with each of the users in `staged_users`, who are to leave subscription $1 of tenant $2
-- for subscription $3 (null: for a new one). The first line that names a user counts.
insert into judged_users
select each.line, each.user_id, a.disabled_services, each.first_line,
       case
           when each.line > each.first_line then 'listed_twice'
           when a.user_id is null and not exists (
               select from subscriptions s join assignments o using (subscription_id)
               where s.tenant_id = $2 and o.user_id = each.user_id
           ) then 'unknown_user'
           when a.user_id is null then 'no_license'
           when exists (
               select from assignments t
               where t.subscription_id = $3 and t.user_id = each.user_id
           ) then 'already_on_target'
       end
from (
    select line, user_id, min(line) over (partition by user_id) as first_line from staged_users
) as each
left join assignments a on a.subscription_id = $1 and a.user_id = each.user_id
