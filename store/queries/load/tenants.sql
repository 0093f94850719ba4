-- Tenants as they are stored, each with its open upgrade.
--   $1 ids
select t.tenant_id as id, jsonb_build_object(
    'tenant', t.body,
    'subscriptions', (select count(*) from subscriptions s where s.tenant_id = t.tenant_id),
    'open_upgrade', (
        select jsonb_build_object(
            'upgrade_id', u.upgrade_id, 'subscription_id', u.subscription_id, 'stage', u.stage)
        from upgrades u
        where u.tenant_id = t.tenant_id and u.is_open
    )
) as stored
from tenants t
where t.tenant_id = any($1::text[])
