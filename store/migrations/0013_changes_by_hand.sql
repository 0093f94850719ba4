-- Changing plans by hand (B59-B61): lists of users, and licenses that end beside another.
--
-- * `users_to_move` belongs to a quote, and is written with it: what is ordered is what was quoted,
--   and an order that was canceled can be repeated. A list never changes.
-- * `dropped_licenses` says whose old license ended in a move because they held the new one already.
--   A subscription that a move has opened knows no such users but those it has moved itself; one that
--   was there before does, and an undo gives them back what they had (B57).
-- * Who joins or leaves a subscription that users were moved to is logged from then on.
-- * The subscription that users are to move to is alive when that is ordered, and no admin cancels it
--   until it is done.
-- * A subscription that gives licenses up in a switch keeps one for everybody who is still in it.

drop table users_to_move;

create table users_to_move (
    quote_id text not null,
    user_id  text not null,
    primary key (quote_id, user_id)
);

create trigger users_to_move_stay before update or delete on users_to_move
    for each row execute function refuse_change();
create trigger users_to_move_are_not_truncated before truncate on users_to_move
    for each statement execute function refuse_change();

create table dropped_licenses (
    upgrade_id        text not null,
    user_id           text not null,
    subscription_id   text not null references subscriptions,
    disabled_services text[] not null,
    dropped_at        timestamptz not null,
    restored_at       timestamptz,
    primary key (upgrade_id, user_id)
);

create or replace function has_met_an_upgrade(id text) returns boolean language sql stable return
    exists (select from subscriptions s where s.subscription_id = id and s.opened_by is not null)
    or exists (select from upgrades u where u.subscription_id = id)
    or exists (select from move_batches b where b.new_subscription_id = id);

-- ---- the subscription that users move to -------------------------------------------------------

-- As in migration 5; an order holds the subscription that it leads to as well.
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

create function require_a_living_target() returns trigger language plpgsql as $$
begin
    perform from subscriptions s
    where s.subscription_id = new.view #>> '{change,into}' and s.status <> 'canceled'
    for share;
    if not found then
        raise exception 'subscription % is canceled', new.view #>> '{change,into}'
            using errcode = 'PU004';
    end if;
    return null;
end
$$;

create trigger targets_are_alive after insert on upgrades
    for each row when (new.is_open and new.view #>> '{change,into}' is not null)
    execute function require_a_living_target();

-- ---- licenses given up -------------------------------------------------------------------------

create function require_licenses_for_who_stays() returns trigger language plpgsql as $$
begin
    raise exception 'subscription % would keep % licenses for % users', new.subscription_id,
        new.licenses, new.assigned
        using errcode = 'check_violation', constraint = 'who_stays_has_a_license';
end
$$;

-- Nothing else takes licenses from a subscription in the moment it is unlocked.
create trigger who_stays_has_a_license after update of licenses on subscriptions
    for each row when (
        old.locked_by is not null and new.locked_by is null
        and new.licenses < old.licenses and new.licenses < new.assigned
    )
    execute function require_licenses_for_who_stays();
