-- Give back the licenses of upgrade $1 that ended because their users held the new one already, with
-- the switches they had, at moment $2. Who was given one meanwhile keeps that.
with back as (
    update dropped_licenses set restored_at = $2
    where upgrade_id = $1 and restored_at is null
    returning subscription_id, user_id, disabled_services
)
insert into assignments (subscription_id, user_id, disabled_services)
select subscription_id, user_id, disabled_services from back
on conflict (subscription_id, user_id) do nothing
