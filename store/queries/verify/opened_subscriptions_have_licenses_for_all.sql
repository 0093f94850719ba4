-- A subscription that an upgrade opened has a license for each of its users (promise 10).
select s.subscription_id, s.licenses, count(a.user_id) as users,
       count(a.user_id) > s.licenses as broken
from subscriptions s
left join assignments a using (subscription_id)
where s.opened_by is not null
group by s.subscription_id
