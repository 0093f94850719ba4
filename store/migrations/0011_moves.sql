-- Moving users: the ledger of every move, users who cannot be moved, and what keeps a move safe.
-- Needs Postgres 18: a batch is one UPDATE that answers with what each row was (`returning old.…`),
-- so that nothing has to be locked or read twice (docs/moving-users.md says what that saves).
--
-- * `move_batches` is one row a batch: from where, where to, when, how many.
-- * `moved_users` is one row for each time a user was moved: what was off before and what is off now.
--   Rows are only added; undo notes in them that the user went back, and a trigger that the user left:
--   who joins again afterwards has a new license, which no undo gives old switches to.
-- * `user_blocks` says whose license cannot be changed now, and why; whoever blocks or unblocks writes
--   there (an admin, or a system upstream). A move leaves such users where they are.
-- * `failed_users` says whom a move could not take along: why, how often it was tried, and, where an
--   operator has decided to go on without them, that decision with its reason. Their license ends
--   with the old subscription, in the transaction that switches billing, and never before.
-- * `users_to_move` lists the users of a move that takes only some along; without rows there, a
--   move takes everybody.
--
-- What the database promises here:
-- * whoever is noted as moved holds the license they were moved to (B44);
-- * a batch never leaves a subscription with more users than licenses;
-- * every user has an id: the empty text comes before the first of them, and a batch begins after it;
-- * every assignment belongs to a subscription: asked once a statement, not once a row, which was a
--   third of what moving a user cost.

do $$
begin
    if current_setting('server_version_num')::integer < 180000 then
        raise exception 'Postgres % is too old: plan-upgrade needs Postgres 18 or newer',
            current_setting('server_version') using errcode = 'feature_not_supported';
    end if;
end
$$;

-- ---- the ledger --------------------------------------------------------------------------------

create table move_batches (
    upgrade_id          text not null,
    batch               integer not null check (batch > 0),
    old_subscription_id text not null references subscriptions,
    new_subscription_id text not null references subscriptions,
    users               integer not null check (users > 0),
    moved_at            timestamptz not null,
    primary key (upgrade_id, batch)
);

create trigger move_batches_stay before update or delete on move_batches
    for each row execute function refuse_change();
create trigger move_batches_are_not_truncated before truncate on move_batches
    for each statement execute function refuse_change();

alter table moved_users
    drop constraint moved_users_pkey,
    drop column moved_at,
    add column disabled_now text[] not null default '{}',
    add column left_at timestamptz,
    add primary key (upgrade_id, user_id, batch);

-- Looked up one by one: a plan made for a large batch is kept for the session, and hashing every
-- assignment there is would be the larger part of a small one.
create function require_moved_users_hold_a_license() returns trigger language plpgsql
set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    if exists (
        select from noted n
        left join move_batches b using (upgrade_id, batch)
        left join assignments a
            on a.subscription_id = b.new_subscription_id and a.user_id = n.user_id
        where a.user_id is null
    ) then
        raise exception 'a user is noted as moved and holds no license there'
            using errcode = 'check_violation', constraint = 'moved_users_hold_a_license';
    end if;
    if exists (
        select from (select distinct upgrade_id, batch from noted) as each
        join move_batches b using (upgrade_id, batch)
        join subscriptions s on s.subscription_id = b.new_subscription_id
        where s.assigned > s.licenses
    ) then
        raise exception 'more users were moved to a subscription than it has licenses'
            using errcode = 'check_violation', constraint = 'moved_within_licenses';
    end if;
    return null;
end
$$;

create trigger moved_users_hold_a_license after insert on moved_users
    referencing new table as noted
    for each statement execute function require_moved_users_hold_a_license();

create index move_batches_into on move_batches (new_subscription_id);

-- Looked up one by one, whatever the planner knew when the first user left: a plan that reads the whole
-- ledger would be kept for the session, and take a third of a second for each user who leaves.
create function note_who_left() returns trigger language plpgsql
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
    return null;
end
$$;

create trigger assignments_note_who_left after delete on assignments
    referencing old table as removed
    for each statement execute function note_who_left();

-- ---- users who cannot be moved -----------------------------------------------------------------

create table user_blocks (
    subscription_id text not null references subscriptions,
    user_id         text not null,
    code            text not null check (code <> ''),
    note            text not null default '',
    blocked_at      timestamptz not null default clock_timestamp(),
    primary key (subscription_id, user_id)
);

create table failed_users (
    upgrade_id    text not null,
    user_id       text not null,
    code          text not null,
    note          text not null,
    attempts      integer not null default 1 check (attempts > 0),
    failed_at     timestamptz not null,
    skipped_at    timestamptz,
    skipped_why   text,
    primary key (upgrade_id, user_id),
    constraint skipped_for_a_reason check ((skipped_at is null) = (skipped_why is null))
);

create table users_to_move (
    upgrade_id text not null,
    user_id    text not null,
    primary key (upgrade_id, user_id)
);

-- ---- every assignment is of a user and a subscription ------------------------------------------------

alter table assignments
    drop constraint assignments_subscription_id_fkey,
    add constraint every_user_has_an_id check (user_id <> '');

create function keep_subscription_with_users() returns trigger language plpgsql as $$
begin
    raise exception 'subscription % has users: it cannot be removed', old.subscription_id
        using errcode = 'foreign_key_violation', constraint = 'assignments_subscription_id_fkey';
end
$$;

create trigger subscriptions_with_users_stay before delete on subscriptions
    for each row when (old.assigned <> 0) execute function keep_subscription_with_users();

create function require_subscription(missing text) returns void language plpgsql as $$
begin
    if missing is not null then
        raise exception 'there is no subscription %', missing
            using errcode = 'foreign_key_violation',
                  constraint = 'assignments_subscription_id_fkey';
    end if;
end
$$;

create or replace function count_assignments() returns trigger language plpgsql as $$
declare
    missing text;
begin
    -- Rows are locked in the order of their ids, so that two statements never wait for each other.
    with change as (
        select subscription_id, sum(n)::integer as assigned, sum(d)::integer as disabled
        from (
            select subscription_id, count(*) as n,
                   count(*) filter (where disabled_services <> '{}') as d
            from added group by subscription_id
            union all
            select subscription_id, -count(*),
                   -count(*) filter (where disabled_services <> '{}')
            from removed group by subscription_id
        ) as each
        group by subscription_id
    ), locked as (
        select s.subscription_id from subscriptions s join change using (subscription_id)
        order by s.subscription_id for no key update of s
    ), counted as (
        update subscriptions s
        set assigned = s.assigned + change.assigned,
            users_with_disabled_services = s.users_with_disabled_services + change.disabled
        from change join locked using (subscription_id)
        where s.subscription_id = change.subscription_id
        returning s.subscription_id
    )
    select min(change.subscription_id) into missing
    from change left join counted using (subscription_id)
    where counted.subscription_id is null;
    perform require_subscription(missing);
    return null;
end
$$;

create or replace function count_added_assignments() returns trigger language plpgsql as $$
declare
    missing text;
begin
    with change as (
        select subscription_id, count(*)::integer as assigned,
               count(*) filter (where disabled_services <> '{}')::integer as disabled
        from added group by subscription_id
    ), counted as (
        update subscriptions s
        set assigned = s.assigned + change.assigned,
            users_with_disabled_services = s.users_with_disabled_services + change.disabled
        from change
        where s.subscription_id = change.subscription_id
        returning s.subscription_id
    )
    select min(change.subscription_id) into missing
    from change left join counted using (subscription_id)
    where counted.subscription_id is null;
    perform require_subscription(missing);
    return null;
end
$$;
