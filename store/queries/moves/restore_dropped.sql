-- Give back the licenses of upgrade $1 that ended because their users held one of $3 already, with the
-- switches they had, at moment $2. Who left $3 meanwhile stays away, also if they joined it again; who was
-- moved there is back already; who was given the old license again keeps that.
with back as (
    update dropped_licenses set restored_at = $2
    where upgrade_id = $1 and restored_at is null
    returning subscription_id, user_id, disabled_services, left_at
)
insert into assignments (subscription_id, user_id, disabled_services)
select subscription_id, user_id, disabled_services
from back
where left_at is null
  and exists (select from assignments a where a.subscription_id = $3 and a.user_id = back.user_id)
on conflict (subscription_id, user_id) do nothing
