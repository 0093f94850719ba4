-- Whatever belongs to an upgrade belongs to the tenant of its subscription (promise 26).
with owned as (
    select 'upgrades' as "table", upgrade_id, tenant_id from upgrades
    union all select 'notices', upgrade_id, tenant_id from notices
    union all select 'outbox', upgrade_id, tenant_id from outbox
    union all select 'deliveries', d.upgrade_id, e.tenant_id
        from deliveries d join webhook_endpoints e using (endpoint_id)
    union all select 'invoices', upgrade_id, tenant_id from invoices
    union all select 'credit_notes', upgrade_id, tenant_id from credit_notes
    union all select 'ledger_entries', upgrade_id, tenant_id from ledger_entries
    union all select 'account_credits', upgrade_id, tenant_id from account_credits
    union all select 'ledger_entries', credit_of, tenant_id from ledger_entries
        where credit_of is not null
    union all select 'subscriptions', opened_by, tenant_id from subscriptions
        where opened_by is not null
    union all select 'subscriptions', ended_by, tenant_id from subscriptions
        where ended_by is not null
)
select o."table", o.upgrade_id, o.tenant_id, s.tenant_id as expected,
       o.tenant_id is distinct from s.tenant_id as broken
from owned o
left join upgrades u using (upgrade_id)
left join subscriptions s using (subscription_id)
