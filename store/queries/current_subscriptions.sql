-- How each of these subscriptions stands now, and the version of its stream.
--   $1 prefix of subscriptions' streams, $2 ids
select s.subscription_id, own.version, subscription_json(s) as subscription
from subscriptions s
join streams own on own.stream = $1 || s.subscription_id
where s.subscription_id = any($2::text[])
