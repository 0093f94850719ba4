-- Users who are wanted get their license; those who have it get the switches that are wanted.
insert into assignments (subscription_id, user_id, disabled_services)
select subscription_id, user_id, disabled_services from wanted
on conflict (subscription_id, user_id) do update
set disabled_services = excluded.disabled_services
where assignments.disabled_services <> excluded.disabled_services
