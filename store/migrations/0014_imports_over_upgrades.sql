-- What a later world file may never do to what is there (B69), whoever writes it.
--
-- * A subscription never changes its tenant: an upgrade of it is invoiced to the one, and its users are
--   the other's.
-- * A tenant that has subscriptions never changes its currency: every amount of theirs is in it.
-- * A subscription that an upgrade has ended stays canceled.
-- * A file changes no subscription whose users are moving (B51): `SubscriptionRevised` is kept out like
--   the events of admins. What is new comes by `SubscriptionImported`, which no lock can concern.

create function keep_tenant_of_subscription() returns trigger language plpgsql as $$
begin
    raise exception 'subscription % belongs to tenant %, not to %', old.subscription_id,
        old.tenant_id, new.tenant_id
        using errcode = 'check_violation', constraint = 'subscriptions_keep_their_tenant';
end
$$;

create trigger subscriptions_keep_their_tenant before update of tenant_id on subscriptions
    for each row when (old.tenant_id <> new.tenant_id)
    execute function keep_tenant_of_subscription();

create function keep_currency_of_tenant() returns trigger language plpgsql as $$
begin
    if exists (select from subscriptions s where s.tenant_id = new.tenant_id) then
        raise exception 'tenant % has subscriptions in %', new.tenant_id, old.body ->> 'currency'
            using errcode = 'check_violation', constraint = 'tenants_keep_their_currency';
    end if;
    return new;
end
$$;

create trigger tenants_keep_their_currency before update of body on tenants
    for each row when (old.body ->> 'currency' <> new.body ->> 'currency')
    execute function keep_currency_of_tenant();

alter table subscriptions
    add constraint ended_stays_canceled check (ended_by is null or (status = 'canceled' and not billed));

-- As in migration 5, with what a file changes of a subscription that is stored.
create or replace function is_admin_event(type text) returns boolean
language sql immutable parallel safe return
    type in (
        'LicenseAssigned', 'LicenseUnassigned', 'LicensesSet', 'BalancePaid', 'SubscriptionBlocked',
        'SubscriptionUnblocked', 'SubscriptionActivated', 'AddOnAdded', 'AddOnRemoved',
        'SubscriptionClosed', 'SubscriptionRevised'
    );
