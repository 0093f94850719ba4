-- What `starter.py list` finds things by: an index for each order and filter, so that a page costs the
-- same however much there is.
--
-- * Tenants and subscriptions are listed by id; upgrades, quotes and invoices newest first.
-- * `users_of_tenants` says which tenants a user has ever held a license of: from there it is a few
--   lookups to what they hold and what moved them. `assignments` and `moved_users` have no index by user:
--   every user of a move would pay for it, and moves of many users would take twice as long. A move stays
--   within its tenant, so it writes nothing here; only who joins is noted, once. Rows stay when a user
--   leaves, so that a former user is found as well.

-- Written by us as RFC 3339 in UTC: no setting of a session changes what it means.
create function instant_of(written text) returns timestamptz
    language sql immutable strict parallel safe return written::timestamptz;

create index subscriptions_by_tenant on subscriptions (tenant_id, subscription_id);
drop index subscriptions_of_tenant;

create index upgrades_by_time on upgrades (instant_of(view ->> 'placed_at'), upgrade_id);
create index upgrades_of_tenant on upgrades (tenant_id, instant_of(view ->> 'placed_at'), upgrade_id);
create index upgrades_in_stage on upgrades (stage, instant_of(view ->> 'placed_at'), upgrade_id);
create index upgrades_in_stage_by_tenant on upgrades (stage, tenant_id);
create index upgrades_in_stage_by_subscription on upgrades (stage, subscription_id);

-- By when they were stored: a quote itself knows no more than the second it was made in.
create index quotes_by_time on quotes (created_at, quote_id);
create index quotes_of_tenant on quotes ((body ->> 'tenant_id'), created_at, quote_id);

create index invoices_by_day on invoices (issued_on, number, upgrade_id);
create index invoices_of_tenant on invoices (tenant_id, issued_on, number, upgrade_id);
create index invoices_by_number on invoices (number);

create table users_of_tenants (
    user_id   text not null,
    tenant_id text not null,
    primary key (user_id, tenant_id)
);

insert into users_of_tenants (user_id, tenant_id)
select a.user_id, s.tenant_id from assignments a join subscriptions s using (subscription_id)
union
select m.user_id, u.tenant_id from moved_users m join upgrades u using (upgrade_id);

create function note_users_of_tenants() returns trigger language plpgsql as $$
begin
    -- Each subscription is looked up once, by its index, whatever the planner knew at the first call.
    -- Users are noted in one order, so that two statements never wait for each other.
    with owners as materialized (
        select each.subscription_id, owner.tenant_id
        from (select distinct subscription_id from added) as each,
             lateral (
                 select tenant_id from subscriptions s
                 where s.subscription_id = each.subscription_id limit 1
             ) as owner
    )
    insert into users_of_tenants (user_id, tenant_id)
    select a.user_id, o.tenant_id from added a join owners o using (subscription_id)
    order by a.user_id, o.tenant_id
    on conflict do nothing;
    return null;
end
$$;

create trigger assignments_note_users after insert on assignments
    referencing new table as added
    for each statement execute function note_users_of_tenants();
