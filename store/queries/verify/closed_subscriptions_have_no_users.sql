-- A subscription that an admin canceled has no users, no billing, and no upgrade (B59).
select s.subscription_id, s.ended_on, s.assigned,
       s.assigned <> 0 or s.billed or s.status <> 'canceled'
       or exists (
           select from upgrades u where u.subscription_id = s.subscription_id and u.is_open
       ) as broken
from subscriptions s
where s.ended_by is null and s.ended_on is not null
