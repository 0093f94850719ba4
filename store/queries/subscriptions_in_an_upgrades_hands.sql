-- Which of these subscriptions an upgrade has opened, locked or ended, or a change by hand has left with
-- other users or fewer licenses than a file may say.
select subscription_id
from subscriptions s
where subscription_id = any($1::text[])
  and (
      coalesce(opened_by, locked_by, ended_by) is not null
      or exists (
          select from upgrades u
          where u.subscription_id = s.subscription_id and u.view ->> 'completed_at' is not null
      )
      or exists (
          select from move_batches b join upgrades u using (upgrade_id)
          where b.new_subscription_id = s.subscription_id and u.view ->> 'completed_at' is not null
      )
  )
