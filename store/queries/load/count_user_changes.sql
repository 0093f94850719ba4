-- How many join, leave or change, by subscription; `disabled` is how many more have something off.
select subscription_id,
       (count(*) filter (where change = 'joined'))::integer as joined,
       (count(*) filter (where change = 'left'))::integer as left,
       (count(*) filter (where change = 'switched'))::integer as switched,
       sum(
           (coalesce(cardinality(wanted), 0) > 0)::integer
           - (coalesce(cardinality(held), 0) > 0)::integer
       )::integer as disabled
from user_changes
group by subscription_id
