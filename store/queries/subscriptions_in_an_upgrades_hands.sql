-- Which of these subscriptions an upgrade has opened, locked or ended; their rows are locked, so
-- that no upgrade can begin on the others meanwhile.
select subscription_id
from (
    select subscription_id, opened_by, locked_by, ended_by
    from subscriptions
    where subscription_id = any($1::text[])
    order by subscription_id
    for update
) as locked
where coalesce(opened_by, locked_by, ended_by) is not null
