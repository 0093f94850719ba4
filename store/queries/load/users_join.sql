-- All users of new subscriptions $1, and those who join stored ones.
insert into assignments (subscription_id, user_id, disabled_services)
select subscription_id, user_id, coalesce(disabled_services, '{}')
from wanted
where subscription_id = any($1::text[])
union all
select subscription_id, user_id, coalesce(wanted, '{}')
from user_changes
where change = 'joined'
on conflict (subscription_id, user_id) do nothing
