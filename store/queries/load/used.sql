-- By what services $1 and plans $2 are still needed, of those that are: one reason for each. Quotes and
-- incidents are kept for good, and so is what they name.
select 'plans/' || id as id, (
    select used.by from (
        select 'subscription ' || subscription_id || ' has it' as by
        from subscriptions s
        where s.plan_id = each.id or s.add_ons @> jsonb_build_array(each.id)
        union all
        select 'quote ' || quote_id || ' is for it' from quotes q where q.body ->> 'target_plan_id' = each.id
    ) as used
    limit 1
) as by
from unnest($2::text[]) as each (id)
union all
select 'services/' || id, (
    select 'incident ' || reference || ' is of it' from incidents i where i.service_id = each.id limit 1
)
from unnest($1::text[]) as each (id)
