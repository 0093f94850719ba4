-- The world the upgrades happen in: catalog, tenants, subscriptions, and who holds which license.
--
-- * `services`, `plans`, `tenants`, `incidents` and `policy` are imported from world files; each row
--   keeps the whole value as JSON, beside the columns that are searched by.
-- * `subscriptions` is a read model: all its columns but the two counters follow from the events of
--   stream `subscription-<id>`.
-- * `assignments` says who holds a license of what, one row a license. It is the one table that
--   grows with the number of users. Statement-level triggers keep the two counters of
--   `subscriptions` true, so that nobody ever has to count.
--
-- What the database promises here:
-- * a subscription that an upgrade opened never has more users than licenses;
-- * a subscription that an upgrade ended has no users left.

create table services (
    service_id text primary key,
    body       jsonb not null
);

create table plans (
    plan_id text primary key,
    body    jsonb not null
);

create table tenants (
    tenant_id text primary key,
    body      jsonb not null
);

create table incidents (
    service_id text not null references services,
    reference  text not null,
    primary key (service_id, reference)
);

create table policy (
    only_one boolean primary key default true check (only_one),
    body     jsonb not null
);

create table subscriptions (
    subscription_id text primary key,
    tenant_id       text not null references tenants,
    plan_id         text not null references plans,
    licenses        integer not null check (licenses >= 0),
    status          text not null,
    billing         text not null,
    cycle_anchor    date not null,
    price           numeric,
    prepaid         jsonb,
    balance_due     numeric,
    add_ons         jsonb not null,
    blocked         jsonb,
    billed          boolean not null,
    opened_by       text,
    locked_by       text,
    ended_by        text,
    ended_on        date,
    assigned                     integer not null default 0,
    users_with_disabled_services integer not null default 0,
    constraint opened_has_licenses_for_all check (opened_by is null or assigned <= licenses),
    constraint ended_has_no_users check (ended_by is null or assigned = 0)
);

create index subscriptions_of_tenant on subscriptions (tenant_id);

create table assignments (
    subscription_id   text not null references subscriptions,
    user_id           text not null,
    disabled_services text[] not null default '{}',
    primary key (subscription_id, user_id)
);

create function count_assignments() returns trigger language plpgsql as $$
begin
    -- Rows are locked in the order of their ids, so that two statements never wait for each other.
    with change as (
        select subscription_id, sum(n)::integer as assigned, sum(d)::integer as disabled
        from (
            select subscription_id, 1 as n, (disabled_services <> '{}')::integer as d from added
            union all
            select subscription_id, -1, -(disabled_services <> '{}')::integer from removed
        ) as each
        group by subscription_id
    ), locked as (
        select s.subscription_id from subscriptions s join change using (subscription_id)
        order by s.subscription_id for no key update of s
    )
    update subscriptions s
    set assigned = s.assigned + change.assigned,
        users_with_disabled_services = s.users_with_disabled_services + change.disabled
    from change join locked using (subscription_id)
    where s.subscription_id = change.subscription_id;
    return null;
end
$$;

create function count_added_assignments() returns trigger language plpgsql as $$
begin
    update subscriptions s
    set assigned = s.assigned + change.assigned,
        users_with_disabled_services = s.users_with_disabled_services + change.disabled
    from (
        select subscription_id, count(*)::integer as assigned,
               count(*) filter (where disabled_services <> '{}')::integer as disabled
        from added group by subscription_id
    ) as change
    where s.subscription_id = change.subscription_id;
    return null;
end
$$;

create function count_removed_assignments() returns trigger language plpgsql as $$
begin
    update subscriptions s
    set assigned = s.assigned - change.assigned,
        users_with_disabled_services = s.users_with_disabled_services - change.disabled
    from (
        select subscription_id, count(*)::integer as assigned,
               count(*) filter (where disabled_services <> '{}')::integer as disabled
        from removed group by subscription_id
    ) as change
    where s.subscription_id = change.subscription_id;
    return null;
end
$$;

create trigger assignments_added after insert on assignments
    referencing new table as added
    for each statement execute function count_added_assignments();
create trigger assignments_removed after delete on assignments
    referencing old table as removed
    for each statement execute function count_removed_assignments();
create trigger assignments_changed after update on assignments
    referencing old table as removed new table as added
    for each statement execute function count_assignments();

-- A subscription as the domain knows it; decimals travel as text, never as JSON numbers.
create function subscription_json(s subscriptions) returns jsonb language sql immutable return
    jsonb_build_object(
        'id', s.subscription_id, 'tenant_id', s.tenant_id, 'plan_id', s.plan_id,
        'licenses', s.licenses, 'status', s.status, 'billing', s.billing,
        'cycle_anchor', s.cycle_anchor, 'price', s.price::text, 'prepaid', s.prepaid,
        'balance_due', s.balance_due::text, 'add_ons', s.add_ons, 'blocked', s.blocked,
        'assigned', s.assigned, 'users_with_disabled_services', s.users_with_disabled_services
    );
