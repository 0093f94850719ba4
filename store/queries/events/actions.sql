-- What somebody did, newest first: one line for each command that a person or another system gave. What runs
-- and workers do by themselves has a step and no door; what admins did by older code has neither. What an
-- upgrade appends to the streams of its subscriptions is told in that upgrade's line.
--   $1 how many   $2 before this position   $3 of this tenant, or of all   $4 by this name, or by anybody
select
    e.global_position as position,
    e.recorded_at,
    e.metadata ->> 'by' as by,
    e.metadata ->> 'door' as door,
    e.metadata ->> 'request_id' as request_id,
    coalesce(u.tenant_id, s.tenant_id) as tenant_id,
    e.stream,
    array(
        select each.type
        from events each
        where each.stream = e.stream and each.command_id = e.command_id
        order by each.command_index
    ) as events
from events e
left join upgrades u
    on starts_with(e.stream, 'upgrade-') and u.upgrade_id = substr(e.stream, length('upgrade-') + 1)
left join subscriptions s
    on starts_with(e.stream, 'subscription-')
    and s.subscription_id = substr(e.stream, length('subscription-') + 1)
where e.metadata ? 'by'
    and (e.metadata ? 'door' or not e.metadata ? 'step')
    and e.command_index = 1
    and not (starts_with(e.stream, 'subscription-') and e.metadata ? 'workflow_id')
    and e.global_position < $2
    and ($3::text is null or coalesce(u.tenant_id, s.tenant_id) = $3)
    and ($4::text is null or e.metadata ->> 'by' = $4)
order by e.global_position desc
limit $1
