-- How many users of old subscription $2 are to go with upgrade $1: all, or those that are listed.
select case
    when u.view #>> '{change,listed}' = 'true' then (
        select count(*)
        from users_to_move l join assignments a using (user_id)
        where l.quote_id = u.quote_id and a.subscription_id = $2
    )::integer
    else s.assigned
end
from subscriptions s
left join upgrades u on u.upgrade_id = $1
where s.subscription_id = $2
