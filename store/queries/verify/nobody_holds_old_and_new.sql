-- After completion nobody holds a license of the old subscription, and so nobody holds old and new
-- (promise 9, B44). One that a change by hand leaves to other users goes on with those.
select u.upgrade_id, u.subscription_id, count(a.user_id) as users,
       (array_agg(a.user_id order by a.user_id))[:5] as some_of_them,
       count(a.user_id) > 0 as broken
from upgrades u
left join assignments a using (subscription_id)
where u.view ->> 'completed_at' is not null
  and coalesce(u.view #>> '{change,old}', 'canceled') = 'canceled'
group by u.upgrade_id
