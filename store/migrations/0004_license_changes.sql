-- Who joined or left, and whose switches were changed, once an upgrade has to do with a subscription.
--
-- "Users before = users after, unless a logged join or leave": this is that log. Moves are not in it,
-- they stand in `moved_users`. It is written by triggers, so that nobody can forget it, and only for
-- subscriptions that an upgrade was ordered for or has opened: importing a million users costs
-- nothing.

create index upgrades_of_subscription on upgrades (subscription_id);

create table license_changes (
    position        bigint generated always as identity primary key,
    subscription_id text not null,
    user_id         text not null,
    change          text not null check (change in ('joined', 'left', 'switched')),
    changed_at      timestamptz not null default clock_timestamp()
);

create index license_changes_of_user on license_changes (subscription_id, user_id);

create trigger license_changes_stay before update or delete on license_changes
    for each row execute function refuse_change();
create trigger license_changes_are_not_truncated before truncate on license_changes
    for each statement execute function refuse_change();

create function has_met_an_upgrade(id text) returns boolean language sql stable return
    exists (select from subscriptions s where s.subscription_id = id and s.opened_by is not null)
    or exists (select from upgrades u where u.subscription_id = id);

create function log_license_changes() returns trigger language plpgsql as $$
begin
    -- Asked once for each subscription, not for each user.
    with concerned as materialized (
        select subscription_id
        from (select distinct subscription_id from changed) as each
        where has_met_an_upgrade(subscription_id)
    )
    insert into license_changes (subscription_id, user_id, change)
    select subscription_id, user_id, tg_argv[0]
    from changed join concerned using (subscription_id);
    return null;
end
$$;

create trigger assignments_log_joins after insert on assignments
    referencing new table as changed
    for each statement execute function log_license_changes('joined');
create trigger assignments_log_leaves after delete on assignments
    referencing old table as changed
    for each statement execute function log_license_changes('left');

create function log_switches() returns trigger language plpgsql as $$
begin
    if has_met_an_upgrade(new.subscription_id) then
        insert into license_changes (subscription_id, user_id, change)
        values (new.subscription_id, new.user_id, 'switched');
    end if;
    return null;
end
$$;

-- Row by row, because a statement's trigger would have to look for changed switches among moves.
create trigger assignments_log_switches after update of disabled_services on assignments
    for each row
    when (old.subscription_id = new.subscription_id
          and old.disabled_services is distinct from new.disabled_services)
    execute function log_switches();
