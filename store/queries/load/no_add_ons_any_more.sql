-- Subscriptions that have an add-on which is none: a file that makes it a plan may not name them all.
select s.subscription_id, s.tenant_id, add_on as plan_id
from subscriptions s
cross join lateral jsonb_array_elements_text(s.add_ons) as add_on
join plans p on p.plan_id = add_on
where p.body ->> 'kind' <> 'add_on'
  and add_on = any($1::text[])
order by s.subscription_id
