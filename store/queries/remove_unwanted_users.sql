-- Users of these subscriptions who are not wanted any more lose their license.
delete from assignments a
where subscription_id = any($1::text[])
  and not exists (
      select from wanted w
      where w.subscription_id = a.subscription_id and w.user_id = a.user_id
  )
