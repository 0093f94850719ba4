-- What admins and operators change by hand, and what no race may slip past.
--
-- * Admin changes are events of the subscription's own stream. The database refuses each of them
--   while an upgrade has locked the subscription (B51). Both the change and the start of the move
--   take the stream's row first, so one of them comes first and the other sees it.
-- * `incidents` is a read model: its rows follow from the events of stream `service-<id>`.
-- * A subscription that an admin closed has no users, as one that an upgrade ended has none.
-- * An upgrade that opens finds its subscription alive and the service below its capacity (B15, B19).
--
-- Error codes of our own:
--   PU003  no capacity: as many upgrades are open as the policy allows
--   PU004  not in this state: the subscription is locked, canceled or being upgraded meanwhile;
--          read again, decide again

-- Incidents that were imported without events have no history; the next import brings them back.
delete from incidents;
alter table incidents
    add column opened_at timestamptz not null,
    add column closed_at timestamptz;
create index open_incidents on incidents (service_id, reference) where closed_at is null;

alter table subscriptions
    add column locked_until timestamptz,
    add constraint closed_has_no_users check (ended_by is not null or ended_on is null or assigned = 0);

-- A subscription as its own stream tells it, with the counters as they are now.
create function subscription_state_json(s subscriptions) returns jsonb language sql stable return
    jsonb_build_object(
        'subscription', subscription_json(s), 'billed', s.billed, 'opened_by', s.opened_by,
        'locked_by', s.locked_by, 'locked_until', s.locked_until, 'ended_by', s.ended_by,
        'ended_on', s.ended_on
    );

-- The events that a lock keeps out; the domain's `AdminEvent` is the same list.
create function is_admin_event(type text) returns boolean language sql immutable parallel safe return
    type in (
        'LicenseAssigned', 'LicenseUnassigned', 'LicensesSet', 'BalancePaid', 'SubscriptionBlocked',
        'SubscriptionUnblocked', 'SubscriptionActivated', 'AddOnAdded', 'AddOnRemoved',
        'SubscriptionClosed'
    );

create function require_free_hands() returns trigger language plpgsql as $$
declare
    id        text := substr(new.stream, length('subscription-') + 1);
    locked_by text;
begin
    -- The row is held until the change is committed: an upgrade that opens meanwhile waits for it
    -- in `require_a_place`, and what has opened before is seen here.
    select s.locked_by into locked_by from subscriptions s where s.subscription_id = id
    for no key update;
    if locked_by is not null then
        raise exception 'upgrade % has locked subscription %', locked_by, id using errcode = 'PU004';
    end if;
    if new.type = 'SubscriptionClosed'
        and exists (select from upgrades u where u.subscription_id = id and u.is_open) then
        raise exception 'subscription % is being upgraded', id using errcode = 'PU004';
    end if;
    return new;
end
$$;

create trigger admin_changes_wait_for_moves before insert on events
    for each row when (is_admin_event(new.type)) execute function require_free_hands();

-- An upgrade takes its place once, when it is ordered; giving it back needs no permission.
--
-- Counting what others have open is only exact while nobody else opens one. Letting all wait for
-- each other would make one queue of the whole service, so they do only where it matters. As many
-- transactions as there are connections can be under way at once, unseen: while more places than
-- that are free, the capacity cannot be passed, whoever commits when, and all go on side by side
-- under a shared lock. Closer to the capacity the lock is exclusive: whoever holds it sees every
-- place that was taken, and whoever comes next waits until that is committed. Far from the capacity
-- it costs two counts of an index that has one entry for each open upgrade, and no wait.
create function require_a_place() returns trigger language plpgsql as $$
declare
    capacity    integer := (select (body #>> '{capacity,max_open_upgrades}')::integer from policy);
    in_flight   integer := current_setting('max_connections')::integer;
    the_lock    constant bigint := 7215002;
    the_status  text;
begin
    -- Whatever an admin changes at this moment is committed first, or waits.
    select s.status into the_status from subscriptions s
    where s.subscription_id = new.subscription_id for share;
    if the_status = 'canceled' then
        raise exception 'subscription % is canceled', new.subscription_id using errcode = 'PU004';
    end if;
    if (select count(*) from upgrades where is_open) + in_flight <= capacity then
        perform pg_advisory_xact_lock_shared(the_lock);
        if (select count(*) from upgrades where is_open) + in_flight > capacity then
            raise exception 'many upgrades opened at once' using errcode = 'PU004';
        end if;
    else
        perform pg_advisory_xact_lock(the_lock);
        if (select count(*) from upgrades where is_open) > capacity then
            raise exception '% upgrades are open already', capacity using errcode = 'PU003';
        end if;
    end if;
    return null;
end
$$;

-- After the insert: an upsert that only updates does not come here, and of two upgrades of one
-- tenant the second has failed by then.
create trigger capacity_is_kept after insert on upgrades
    for each row when (new.is_open) execute function require_a_place();

-- Make a step true: append events to every stream it concerns, and write the rows that follow.
--
-- `appends` is an array of {stream, expected_version, command_id, events}, the upgrade's own stream
-- first; `new_rows` maps a table to its rows. Returns false, having written nothing, where the
-- command has been carried out before. With the rows of incidents and the end of a lock.
create or replace function commit_step(appends jsonb, new_rows jsonb) returns boolean language plpgsql as $$
declare
    append jsonb;
    nth    bigint;
begin
    for append, nth in select * from jsonb_array_elements(appends) with ordinality loop
        if append_to_stream(
            append ->> 'stream', (append ->> 'expected_version')::integer,
            append ->> 'command_id', append -> 'events'
        ) is null then
            if nth = 1 then
                return false;
            end if;
            raise exception 'stream % knows command % and the first stream does not',
                append ->> 'stream', append ->> 'command_id' using errcode = 'PU001';
        end if;
    end loop;

    if new_rows ? 'subscriptions' then
        insert into subscriptions (
            subscription_id, tenant_id, plan_id, licenses, status, billing, cycle_anchor, price,
            prepaid, balance_due, add_ons, blocked, billed, opened_by, locked_by,
            locked_until, ended_by, ended_on
        )
        select subscription_id, tenant_id, plan_id, licenses, status, billing, cycle_anchor, price,
            prepaid, balance_due, add_ons, blocked, billed, opened_by, locked_by,
            locked_until, ended_by, ended_on
        from jsonb_populate_recordset(null::subscriptions, new_rows -> 'subscriptions')
        on conflict (subscription_id) do update set
            tenant_id = excluded.tenant_id, plan_id = excluded.plan_id,
            licenses = excluded.licenses, status = excluded.status, billing = excluded.billing,
            cycle_anchor = excluded.cycle_anchor, price = excluded.price,
            prepaid = excluded.prepaid, balance_due = excluded.balance_due,
            add_ons = excluded.add_ons, blocked = excluded.blocked, billed = excluded.billed,
            opened_by = excluded.opened_by, locked_by = excluded.locked_by,
            locked_until = excluded.locked_until,
            ended_by = excluded.ended_by, ended_on = excluded.ended_on;
    end if;
    if new_rows ? 'incidents' then
        insert into incidents
        select * from jsonb_populate_recordset(null::incidents, new_rows -> 'incidents')
        on conflict (service_id, reference) do update set
            opened_at = excluded.opened_at, closed_at = excluded.closed_at;
    end if;
    if new_rows ? 'upgrades' then
        insert into upgrades
        select * from jsonb_populate_recordset(null::upgrades, new_rows -> 'upgrades')
        on conflict (upgrade_id) do update set
            stage = excluded.stage, is_open = excluded.is_open, deadline = excluded.deadline,
            view = excluded.view;
    end if;
    if new_rows ? 'notices' then
        insert into notices
        select * from jsonb_populate_recordset(null::notices, new_rows -> 'notices')
        on conflict (upgrade_id, kind) do nothing;
    end if;
    if new_rows ? 'invoices' then
        insert into invoices
        select * from jsonb_populate_recordset(null::invoices, new_rows -> 'invoices');
    end if;
    if new_rows ? 'ledger_entries' then
        insert into ledger_entries
        select * from jsonb_populate_recordset(null::ledger_entries, new_rows -> 'ledger_entries');
    end if;
    return true;
end
$$;
