-- Which of these subscriptions an upgrade has opened, locked or ended.
select subscription_id
from subscriptions
where subscription_id = any($1::text[])
  and coalesce(opened_by, locked_by, ended_by) is not null
