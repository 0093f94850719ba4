-- Users of stored subscriptions who keep their license and get the switches of the file.
update assignments a
set disabled_services = c.wanted
from user_changes c
where c.change = 'switched' and a.subscription_id = c.subscription_id and a.user_id = c.user_id
