-- One subscription as an admin's command meets it; no row for an unknown one. Flat in the number of
-- users: the counters are columns.
--   $1 subscription, $2 its stream, $3 user, $4 add-on, $5 command id of a payment
select jsonb_build_object(
    'version', own.version,
    'state', subscription_state_json(s),
    'tenant', t.body,
    'plan', p.body,
    'open_upgrade', (
        select upgrade_id from upgrades u
        where u.tenant_id = s.tenant_id and u.is_open and $1 in (u.subscription_id, u.view #>> '{change,into}')
    ),
    'parked', exists (
        select from upgrades u where u.upgrade_id = s.locked_by and u.stage = 'needs_attention'
    ),
    'holds_license', exists (
        select from assignments a where a.subscription_id = $1 and a.user_id = $3
    ),
    'held_license_before', $3::text is not null and exists (
        select from events e
        where e.stream = $2 and e.type = 'LicenseUnassigned' and e.data ->> 'user_id' = $3
    ),
    'add_on', (select body from plans where plan_id = $4),
    'had_add_on_before', $4::text is not null and exists (
        select from events e
        where e.stream = $2 and e.type = 'AddOnRemoved' and e.data ->> 'add_on' = $4
    ),
    'paid_before', (
        select data ->> 'amount' from events where stream = $2 and command_id = $5
    )
) as standing
from subscriptions s
join streams own on own.stream = $2
join tenants t using (tenant_id)
join plans p using (plan_id)
where s.subscription_id = $1
