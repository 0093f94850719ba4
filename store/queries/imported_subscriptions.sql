-- What was imported last for each of these subscriptions, and the version of its stream.
select distinct on (e.stream)
    substr(e.stream, length('subscription-') + 1) as subscription_id,
    s.version, e.data -> 'subscription' as subscription
from events e
join streams s using (stream)
where e.stream in (select 'subscription-' || id from unnest($1::text[]) id)
  and e.type = 'SubscriptionImported'
order by e.stream, e.version desc
