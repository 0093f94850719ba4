-- Who joins or leaves subscriptions that are stored, and whose switches change. Where a file does not say
-- what is off for a user, that stays as it is.
--   $1 ids of the subscriptions
insert into user_changes (subscription_id, user_id, change, wanted, held)
select subscription_id, user_id,
       case
           when h.held is null then 'joined'
           when w.user_id is null then 'left'
           else 'switched'
       end,
       w.disabled_services, h.held
from (
    select subscription_id, user_id, disabled_services
    from wanted
    where subscription_id = any($1::text[])
) as w
full join (
    select subscription_id, user_id, disabled_services as held
    from assignments
    where subscription_id = any($1::text[])
) as h using (subscription_id, user_id)
where h.held is null or w.user_id is null or w.disabled_services <> h.held
