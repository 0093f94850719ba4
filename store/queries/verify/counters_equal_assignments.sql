-- The two counters of a subscription equal what is counted.
select s.subscription_id, s.assigned, coalesce(a.assigned, 0) as counted,
       s.users_with_disabled_services as disabled, coalesce(a.disabled, 0) as disabled_counted,
       s.assigned <> coalesce(a.assigned, 0)
       or s.users_with_disabled_services <> coalesce(a.disabled, 0) as broken
from subscriptions s
left join (
    select subscription_id, count(*) as assigned,
           count(*) filter (where disabled_services <> '{}') as disabled
    from assignments
    group by subscription_id
) as a using (subscription_id)
