-- Everything the rules look at for one subscription, as one document; no row for an unknown one.
-- Flat in the number of users: the two user counts are columns. Older code did not keep the tax rate: of a
-- subscription that it has opened it is the one that its upgrade was quoted at, of one that it has imported
-- the table's of the day that was noted.
select jsonb_build_object(
    'subscription', subscription_json(s) || case
        when s.tax_rate is not null then '{}'
        when s.opened_by is null then coalesce((
            select jsonb_build_object('tax_rate', b.tax_rate::text)
            from rates_before_tax b where b.tenant_id = s.tenant_id
        ), '{}')
        else jsonb_build_object('tax_rate', coalesce((
            select e.data #>> '{quote,inputs,tax,rate}'
            from events e
            where e.stream = 'upgrade-' || s.opened_by and e.type in ('OrderPlaced', 'QuoteRenewed')
            order by e.version desc
            limit 1
        ), '0'))
    end,
    'tenant', t.body,
    'siblings', coalesce((
        select jsonb_agg(subscription_json(other) order by other.subscription_id)
        from subscriptions other
        where other.tenant_id = s.tenant_id and other.subscription_id <> s.subscription_id
    ), '[]'),
    'catalog', jsonb_build_object(
        'services', coalesce((select jsonb_object_agg(service_id, body) from services), '{}'),
        'plans', coalesce((select jsonb_object_agg(plan_id, body) from plans), '{}')
    ),
    'incidents', coalesce((
        select jsonb_agg(jsonb_build_object('service', service_id, 'reference', reference)
                         order by service_id, reference)
        from incidents
        where closed_at is null
    ), '[]'),
    'open_upgrades', coalesce((
        select jsonb_agg(jsonb_build_object(
            'upgrade_id', upgrade_id, 'subscription_id', subscription_id,
            'stage', stage, 'deadline', deadline) order by upgrade_id)
        from upgrades
        where tenant_id = s.tenant_id and is_open
    ), '[]'),
    'open_upgrades_in_service', (select count(*) from upgrades where is_open),
    'policy', coalesce((select body from policy), '{}'),
    'owed', coalesce((
        select jsonb_agg(jsonb_build_object(
            'upgrade_id', o.upgrade_id, 'open_minor', o.open_minor, 'number', i.number
        ) order by o.nth)
        from open_sources_of(s.subscription_id) o
        left join invoices i on i.upgrade_id = o.upgrade_id
    ), '[]'),
    'open_invoices', coalesce((
        select jsonb_agg(jsonb_build_object(
            'number', i.number, 'upgrade_id', o.upgrade_id, 'due_on', i.body ->> 'due_on',
            'open_minor', o.open_minor) order by o.nth)
        from open_sources_of(s.subscription_id) o
        join invoices i on i.upgrade_id = o.upgrade_id
    ), '[]'),
    'void_charge', (
        select jsonb_build_object(
            'licenses', charge -> 'licenses', 'until', charge -> 'period_until',
            'paid', c.body #> '{invoice,credit_applied}', 'tax_rate', c.body #> '{invoice,credit_tax,rate}')
        from credit_notes c, lateral (select c.body #> '{invoice,lines,0,explanation}' as charge) as of_it
        where c.upgrade_id = s.opened_by
    ),
    'replaced_by', (
        -- One that was opened and given up again has sent its users back.
        select case u.view ->> 'new_subscription_id' when s.subscription_id then u.subscription_id
               else u.view ->> 'new_subscription_id' end
        from upgrades u where u.upgrade_id = s.ended_by
    ),
    'known_since', (
        select e.data ->> 'at' from events e
        where e.stream = 'subscription-' || s.subscription_id and e.version = 1
    ),
    'list_prices', coalesce((
        select jsonb_agg(jsonb_build_object('since', n.since, 'price', listed) order by n.position)
        from plan_prices n, jsonb_array_elements(n.prices) listed
        where n.plan_id = s.plan_id and listed ->> 'currency' = t.body ->> 'currency'
    ), '[]')
) as facts
from subscriptions s
join tenants t using (tenant_id)
where s.subscription_id = $1
