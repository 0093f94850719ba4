-- Subscriptions as they are stored, and what upgrades and changes by hand have to do with each. An
-- upgrade that has switched billing is complete; what was undone has left no trace.
--   $1 prefix of subscriptions' streams, $2 ids
select s.subscription_id as id, jsonb_build_object(
    'version', own.version,
    'state', subscription_state_json(s),
    'open_upgrade', (
        select jsonb_build_object(
            'upgrade_id', u.upgrade_id, 'subscription_id', u.subscription_id, 'stage', u.stage)
        from upgrades u
        where u.tenant_id = s.tenant_id and u.is_open
          and s.subscription_id in (u.subscription_id, u.view #>> '{change,into}')
    ),
    'successor', (
        select case
            when u.view ->> 'new_subscription_id' = s.subscription_id then u.subscription_id
            else u.view ->> 'new_subscription_id'
        end
        from upgrades u
        where u.upgrade_id = s.ended_by
    ),
    'left_by', departed.last,
    'gave_up_licenses', coalesce(departed.reduced, false),
    'joined_by', (
        select u.upgrade_id
        from move_batches b join upgrades u using (upgrade_id)
        where b.new_subscription_id = s.subscription_id
          and b.upgrade_id is distinct from s.opened_by
          and u.view ->> 'completed_at' is not null
        order by u.view ->> 'completed_at' desc, u.upgrade_id
        limit 1
    )
) as stored
from subscriptions s
join streams own on own.stream = $1 || s.subscription_id
left join lateral (
    select (array_agg(u.upgrade_id order by u.view ->> 'completed_at' desc, u.upgrade_id))[1] as last,
           bool_or(u.view #>> '{change,old}' = 'reduced') as reduced
    from upgrades u
    where u.subscription_id = s.subscription_id and u.view ->> 'completed_at' is not null
) as departed on true
where s.subscription_id = any($2::text[])
