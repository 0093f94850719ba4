-- Users of stored subscriptions whom the file no longer has.
delete from assignments a
using user_changes c
where c.change = 'left' and a.subscription_id = c.subscription_id and a.user_id = c.user_id
