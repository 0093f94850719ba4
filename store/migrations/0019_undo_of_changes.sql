-- What an undo gives back, and what an operator can do while a run is parked.
--
-- Deploy: before. A column that may be empty, and functions that old code runs without knowing.
--
-- * `dropped_licenses.left_at` says that the user has left the subscription that everybody moves to since
--   their old license ended, as `moved_users.left_at` does: who left has nothing to get back, also if they
--   joined it again.
-- * While a run waits for an operator nobody is being moved, so users may be taken off the subscriptions
--   it has locked: too many users is what it often waits for. Nothing else of them can be changed (B51).
--   The stream of the upgrade is held meanwhile, so the run goes on before or after, never in between.

alter table dropped_licenses add column left_at timestamptz;

-- As in migration 11, and for those whose old license ended. Looked up one by one, for the same reason.
create or replace function note_who_left() returns trigger language plpgsql
set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    each record;
begin
    for each in
        select distinct b.upgrade_id, b.new_subscription_id
        from (select distinct subscription_id from removed) as r
        join move_batches b on b.new_subscription_id = r.subscription_id
    loop
        update moved_users m set left_at = clock_timestamp()
        from removed r
        where r.subscription_id = each.new_subscription_id
          and m.upgrade_id = each.upgrade_id and m.user_id = r.user_id
          and m.returned_at is null and m.left_at is null;
    end loop;
    for each in
        select u.upgrade_id, s.subscription_id
        from (select distinct subscription_id from removed) as r
        join subscriptions s using (subscription_id)
        join upgrades u on u.tenant_id = s.tenant_id and u.is_open
        where u.view ->> 'new_subscription_id' = s.subscription_id
    loop
        update dropped_licenses d set left_at = clock_timestamp()
        from removed r
        where r.subscription_id = each.subscription_id
          and d.upgrade_id = each.upgrade_id and d.user_id = r.user_id
          and d.restored_at is null and d.left_at is null;
    end loop;
    return null;
end
$$;

-- As in migration 13, but for who is taken off while the run is parked.
create or replace function require_free_hands() returns trigger language plpgsql as $$
declare
    id        text := substr(new.stream, length('subscription-') + 1);
    tenant    text;
    locked_by text;
begin
    -- The row is held until the change is committed: an upgrade that opens meanwhile waits for it
    -- in `require_a_place`, and what has opened before is seen here.
    select s.tenant_id, s.locked_by into tenant, locked_by
    from subscriptions s where s.subscription_id = id
    for no key update;
    if locked_by is not null and new.type = 'LicenseUnassigned' then
        perform from streams s where s.stream = 'upgrade-' || locked_by for share;
        if exists (
            select from upgrades u
            where u.upgrade_id = locked_by and u.stage = 'needs_attention'
        ) then
            return new;
        end if;
    end if;
    if locked_by is not null then
        raise exception 'upgrade % has locked subscription %', locked_by, id using errcode = 'PU004';
    end if;
    if new.type = 'SubscriptionClosed' and exists (
        select from upgrades u
        where u.tenant_id = tenant and u.is_open
          and id in (u.subscription_id, u.view #>> '{change,into}')
    ) then
        raise exception 'subscription % is being upgraded', id using errcode = 'PU004';
    end if;
    return new;
end
$$;
