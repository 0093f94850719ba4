SELECT pg_catalog.set_config('search_path', '', false);

CREATE FUNCTION public.append_to_stream(the_stream text, expected_version integer, the_command_id text, new_events jsonb) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
    event_count integer := jsonb_array_length(new_events);
    last_hash   text := '';
    new_hash    text;
    event       jsonb;
    i           integer := 0;
begin
    if exists (
        select from events e where e.stream = the_stream and e.command_id = the_command_id
    ) then
        return null;
    end if;
    if expected_version = 0 then
        insert into streams (stream, version, hash) values (the_stream, event_count, '')
        on conflict do nothing;
    else
        select s.hash into last_hash from streams s
        where s.stream = the_stream and s.version = expected_version for update;
    end if;
    if not found then
        raise exception 'stream % is not at version %', the_stream, expected_version
            using errcode = 'PU001';
    end if;
    for event in select * from jsonb_array_elements(new_events) loop
        i := i + 1;
        new_hash := event_hash(
            last_hash, the_stream, expected_version + i, event ->> 'type',
            (event ->> 'schema_version')::smallint, event -> 'data', event -> 'metadata'
        );
        insert into events (
            stream, version, type, schema_version, data, metadata,
            command_id, command_index, previous_hash, hash
        ) values (
            the_stream, expected_version + i, event ->> 'type',
            (event ->> 'schema_version')::smallint, event -> 'data', event -> 'metadata',
            the_command_id, i, last_hash, new_hash
        );
        last_hash := new_hash;
    end loop;
    update streams s set version = expected_version + i, hash = last_hash
    where s.stream = the_stream;
    return expected_version + i;
end
$$;

CREATE FUNCTION public.book_account_credit() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if new.amount_minor < 0 then
        insert into account_credits values (
            new.upgrade_id, new.tenant_id, new.currency, -new.amount_minor, -new.amount_minor,
            new.booked_at
        );
        return null;
    end if;
    update account_credits
    set remaining_minor = remaining_minor - new.amount_minor
    where upgrade_id = new.credit_of and tenant_id = new.tenant_id and currency = new.currency;
    if not found then
        raise exception 'tenant % has no account credit of upgrade % in %',
            new.tenant_id, new.credit_of, new.currency
            using errcode = 'check_violation', constraint = 'account_credit_is_the_tenants_own';
    end if;
    return null;
end
$$;

CREATE FUNCTION public.commit_numbered_step(appends jsonb, new_rows jsonb, the_seller text, placeholder text) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
    own    jsonb := appends -> 0;
    number text;
begin
    -- The stream is locked before the number: who comes too late, or again, holds up nobody.
    perform from streams s
    where s.stream = own ->> 'stream' and s.version = (own ->> 'expected_version')::integer
    for update;
    if not found then
        if exists (
            select from events e
            where e.stream = own ->> 'stream' and e.command_id = own ->> 'command_id'
        ) then
            return null;
        end if;
        raise exception 'stream % is not at version %', own ->> 'stream', own ->> 'expected_version'
            using errcode = 'PU001';
    end if;
    insert into invoice_numbers as n (seller, last) values (the_seller, 1)
    on conflict (seller) do update set last = n.last + 1
    returning invoice_number(n.last) into number;
    if not commit_step(
        replace(appends::text, placeholder, number)::jsonb,
        replace(new_rows::text, placeholder, number)::jsonb
    ) then
        raise exception 'stream % knows command % already', own ->> 'stream', own ->> 'command_id'
            using errcode = 'PU001';
    end if;
    return number;
end
$$;

CREATE FUNCTION public.commit_step(appends jsonb, new_rows jsonb) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.count_added_assignments() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.count_assignments() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.count_removed_assignments() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.event_hash(previous_hash text, stream text, version integer, type text, schema_version smallint, data jsonb, metadata jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN encode(sha256(convert_to(concat_ws('
'::text, previous_hash, stream, version, type, schema_version, data, metadata), 'UTF8'::name)), 'hex'::text);

CREATE TABLE public.move_batches (
    upgrade_id text NOT NULL,
    batch integer NOT NULL,
    old_subscription_id text NOT NULL,
    new_subscription_id text NOT NULL,
    users integer NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    CONSTRAINT move_batches_batch_check CHECK ((batch > 0)),
    CONSTRAINT move_batches_users_check CHECK ((users > 0))
);

CREATE TABLE public.subscriptions (
    subscription_id text NOT NULL,
    tenant_id text NOT NULL,
    plan_id text NOT NULL,
    licenses integer NOT NULL,
    status text NOT NULL,
    billing text NOT NULL,
    cycle_anchor date NOT NULL,
    price numeric,
    prepaid jsonb,
    balance_due numeric,
    add_ons jsonb NOT NULL,
    blocked jsonb,
    billed boolean NOT NULL,
    opened_by text,
    locked_by text,
    ended_by text,
    ended_on date,
    assigned integer DEFAULT 0 NOT NULL,
    users_with_disabled_services integer DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone,
    CONSTRAINT closed_has_no_users CHECK (((ended_by IS NOT NULL) OR (ended_on IS NULL) OR (assigned = 0))),
    CONSTRAINT ended_has_no_users CHECK (((ended_by IS NULL) OR (assigned = 0))),
    CONSTRAINT opened_has_licenses_for_all CHECK (((opened_by IS NULL) OR (assigned <= licenses))),
    CONSTRAINT subscriptions_licenses_check CHECK ((licenses >= 0))
);

CREATE TABLE public.upgrades (
    upgrade_id text NOT NULL,
    tenant_id text NOT NULL,
    subscription_id text NOT NULL,
    quote_id text NOT NULL,
    stage text NOT NULL,
    is_open boolean NOT NULL,
    deadline timestamp with time zone,
    order_digest text NOT NULL,
    view jsonb NOT NULL
);

CREATE FUNCTION public.has_met_an_upgrade(id text) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN ((EXISTS (SELECT FROM public.subscriptions s WHERE ((s.subscription_id = has_met_an_upgrade.id) AND (s.opened_by IS NOT NULL)))) OR (EXISTS (SELECT FROM public.upgrades u WHERE (u.subscription_id = has_met_an_upgrade.id))) OR (EXISTS (SELECT FROM public.move_batches b WHERE (b.new_subscription_id = has_met_an_upgrade.id))));

CREATE FUNCTION public.invoice_number(n bigint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('INV-'::text || lpad((n)::text, GREATEST(8, length((n)::text)), '0'::text));

CREATE FUNCTION public.is_admin_event(type text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (type = ANY (ARRAY['LicenseAssigned'::text, 'LicenseUnassigned'::text, 'LicensesSet'::text, 'BalancePaid'::text, 'SubscriptionBlocked'::text, 'SubscriptionUnblocked'::text, 'SubscriptionActivated'::text, 'AddOnAdded'::text, 'AddOnRemoved'::text, 'SubscriptionClosed'::text]));

CREATE FUNCTION public.keep_subscription_with_users() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'subscription % has users: it cannot be removed', old.subscription_id
        using errcode = 'foreign_key_violation', constraint = 'assignments_subscription_id_fkey';
end
$$;

CREATE FUNCTION public.log_license_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.log_switches() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if has_met_an_upgrade(new.subscription_id) then
        insert into license_changes (subscription_id, user_id, change)
        values (new.subscription_id, new.user_id, 'switched');
    end if;
    return null;
end
$$;

CREATE FUNCTION public.note_who_left() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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

CREATE FUNCTION public.refuse_another_body() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if (new.callback_id, new.upgrade_id, new.body_hash, new.received_at)
        is distinct from (old.callback_id, old.upgrade_id, old.body_hash, old.received_at)
        or new.times <= old.times then
        raise exception 'callback % stands for one body', old.callback_id using errcode = 'PU002';
    end if;
    return new;
end
$$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op
        using errcode = 'PU002';
end
$$;

CREATE FUNCTION public.require_a_living_target() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.require_a_place() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.require_balance() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if exists (
        select from ledger_entries where upgrade_id = new.upgrade_id
        group by booking, currency having sum(amount_minor) <> 0
    ) then
        raise exception 'the ledger of upgrade % does not balance', new.upgrade_id
            using errcode = 'check_violation', constraint = 'ledger_balances';
    end if;
    return null;
end
$$;

CREATE FUNCTION public.require_free_hands() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.require_invoice_of_number() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if not exists (
        select from invoices i
        where i.seller = new.seller and i.number = invoice_number(new.last)
    ) then
        raise exception 'number % of % has no invoice', new.last, new.seller
            using errcode = 'check_violation', constraint = 'numbers_have_an_invoice';
    end if;
    return null;
end
$$;

CREATE FUNCTION public.require_licenses_for_who_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'subscription % would keep % licenses for % users', new.subscription_id,
        new.licenses, new.assigned
        using errcode = 'check_violation', constraint = 'who_stays_has_a_license';
end
$$;

CREATE FUNCTION public.require_moved_users_hold_a_license() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
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

CREATE FUNCTION public.require_next_number() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if new.last <> coalesce(old.last, 0) + 1 or new.seller <> coalesce(old.seller, new.seller) then
        raise exception 'numbers of % go on after %, not with %', new.seller, old.last, new.last
            using errcode = 'check_violation', constraint = 'invoice_numbers_grow_by_one';
    end if;
    return new;
end
$$;

CREATE FUNCTION public.require_number_just_taken() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if not exists (
        select from invoice_numbers n
        where n.seller = new.seller and invoice_number(n.last) = new.number
    ) then
        raise exception 'invoice % has not the number that % has just taken', new.number, new.seller
            using errcode = 'check_violation', constraint = 'invoices_have_the_number_just_taken';
    end if;
    return new;
end
$$;

CREATE FUNCTION public.require_subscription(missing text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if missing is not null then
        raise exception 'there is no subscription %', missing
            using errcode = 'foreign_key_violation',
                  constraint = 'assignments_subscription_id_fkey';
    end if;
end
$$;

CREATE FUNCTION public.retire_webhook_secret() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    delete from retired_webhook_secrets
    where endpoint_id = new.endpoint_id
      and (good_until <= clock_timestamp() or secret in (old.secret, new.secret));
    insert into retired_webhook_secrets
    values (old.endpoint_id, old.secret, clock_timestamp() + interval '24 hours');
    return null;
end
$$;

CREATE FUNCTION public.send_notice() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into outbox (notice_id, upgrade_id, tenant_id)
    values (new.notice_id, new.upgrade_id, new.tenant_id);
    return null;
end
$$;

CREATE FUNCTION public.subscription_json(s public.subscriptions) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object('id', (s).subscription_id, 'tenant_id', (s).tenant_id, 'plan_id', (s).plan_id, 'licenses', (s).licenses, 'status', (s).status, 'billing', (s).billing, 'cycle_anchor', (s).cycle_anchor, 'price', ((s).price)::text, 'prepaid', (s).prepaid, 'balance_due', ((s).balance_due)::text, 'add_ons', (s).add_ons, 'blocked', (s).blocked, 'assigned', (s).assigned, 'users_with_disabled_services', (s).users_with_disabled_services);

CREATE FUNCTION public.subscription_state_json(s public.subscriptions) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_build_object('subscription', public.subscription_json(s), 'billed', (s).billed, 'opened_by', (s).opened_by, 'locked_by', (s).locked_by, 'locked_until', (s).locked_until, 'ended_by', (s).ended_by, 'ended_on', (s).ended_on);

CREATE TABLE public.account_credits (
    upgrade_id text NOT NULL,
    tenant_id text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    remaining_minor bigint NOT NULL,
    arisen_at timestamp with time zone NOT NULL,
    CONSTRAINT account_credit_is_never_negative CHECK (((remaining_minor >= 0) AND (remaining_minor <= amount_minor))),
    CONSTRAINT account_credits_amount_minor_check CHECK ((amount_minor > 0))
);

CREATE TABLE public.assignments (
    subscription_id text NOT NULL,
    user_id text NOT NULL,
    disabled_services text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT every_user_has_an_id CHECK ((user_id <> ''::text))
);

CREATE TABLE public.credit_callbacks (
    callback_id text NOT NULL,
    upgrade_id text NOT NULL,
    body_hash text NOT NULL,
    times integer DEFAULT 1 NOT NULL,
    received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT credit_callbacks_callback_id_check CHECK (((length(callback_id) >= 1) AND (length(callback_id) <= 200))),
    CONSTRAINT credit_callbacks_times_check CHECK ((times > 0))
);

CREATE TABLE public.deliveries (
    delivery_id bigint NOT NULL,
    endpoint_id text NOT NULL,
    notice_id text NOT NULL,
    upgrade_id text NOT NULL,
    "position" bigint NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_attempt_at timestamp with time zone,
    last_status integer,
    last_error text,
    settled_at timestamp with time zone,
    CONSTRAINT deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text]))),
    CONSTRAINT settled_unless_pending CHECK (((state = 'pending'::text) OR (settled_at IS NOT NULL)))
);

ALTER TABLE public.deliveries ALTER COLUMN delivery_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.deliveries_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dropped_licenses (
    upgrade_id text NOT NULL,
    user_id text NOT NULL,
    subscription_id text NOT NULL,
    disabled_services text[] NOT NULL,
    dropped_at timestamp with time zone NOT NULL,
    restored_at timestamp with time zone
);

CREATE TABLE public.events (
    global_position bigint NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    type text NOT NULL,
    schema_version smallint NOT NULL,
    data jsonb NOT NULL,
    metadata jsonb NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    command_id text NOT NULL,
    command_index smallint NOT NULL,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    CONSTRAINT events_schema_version_check CHECK ((schema_version > 0)),
    CONSTRAINT events_version_check CHECK ((version > 0))
);

ALTER TABLE public.events ALTER COLUMN global_position ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_global_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.failed_users (
    upgrade_id text NOT NULL,
    user_id text NOT NULL,
    code text NOT NULL,
    note text NOT NULL,
    attempts integer DEFAULT 1 NOT NULL,
    failed_at timestamp with time zone NOT NULL,
    skipped_at timestamp with time zone,
    skipped_why text,
    CONSTRAINT failed_users_attempts_check CHECK ((attempts > 0)),
    CONSTRAINT skipped_for_a_reason CHECK (((skipped_at IS NULL) = (skipped_why IS NULL)))
);

CREATE TABLE public.followers (
    name text NOT NULL,
    transaction_id xid8 NOT NULL,
    global_position bigint NOT NULL
);

CREATE TABLE public.incidents (
    service_id text NOT NULL,
    reference text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone
);

CREATE TABLE public.invoice_numbers (
    seller text NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT invoice_numbers_last_check CHECK ((last > 0))
);

CREATE TABLE public.invoices (
    number text NOT NULL,
    upgrade_id text NOT NULL,
    tenant_id text NOT NULL,
    issued_on date NOT NULL,
    body jsonb NOT NULL,
    seller text NOT NULL
);

CREATE TABLE public.ledger_entries (
    upgrade_id text NOT NULL,
    entry smallint NOT NULL,
    tenant_id text NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    booked_at timestamp with time zone NOT NULL,
    booking text NOT NULL,
    credit_of text,
    CONSTRAINT account_credit_names_its_origin CHECK ((((account = 'account_credit'::text) = (credit_of IS NOT NULL)) AND ((account <> 'account_credit'::text) OR (amount_minor > 0) OR (credit_of = upgrade_id)))),
    CONSTRAINT ledger_entries_amount_minor_check CHECK ((amount_minor <> 0)),
    CONSTRAINT ledger_entries_booking_check CHECK ((booking = ANY (ARRAY['switch'::text, 'invoice'::text])))
);

CREATE TABLE public.license_changes (
    "position" bigint NOT NULL,
    subscription_id text NOT NULL,
    user_id text NOT NULL,
    change text NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT license_changes_change_check CHECK ((change = ANY (ARRAY['joined'::text, 'left'::text, 'switched'::text])))
);

ALTER TABLE public.license_changes ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.license_changes_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.migrations (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.moved_users (
    upgrade_id text NOT NULL,
    user_id text NOT NULL,
    batch integer NOT NULL,
    disabled_before text[] NOT NULL,
    returned_at timestamp with time zone,
    disabled_now text[] DEFAULT '{}'::text[] NOT NULL,
    left_at timestamp with time zone
);

CREATE TABLE public.notices (
    notice_id text NOT NULL,
    tenant_id text NOT NULL,
    kind text NOT NULL,
    upgrade_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    text jsonb NOT NULL
);

CREATE TABLE public.outbox (
    "position" bigint NOT NULL,
    notice_id text NOT NULL,
    upgrade_id text NOT NULL,
    tenant_id text NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL
);

ALTER TABLE public.outbox ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.plans (
    plan_id text NOT NULL,
    body jsonb NOT NULL
);

CREATE TABLE public.policy (
    only_one boolean DEFAULT true NOT NULL,
    body jsonb NOT NULL,
    CONSTRAINT policy_only_one_check CHECK (only_one)
);

CREATE TABLE public.quotes (
    quote_id text NOT NULL,
    subscription_id text NOT NULL,
    body jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.retired_webhook_secrets (
    endpoint_id text NOT NULL,
    secret text NOT NULL,
    good_until timestamp with time zone NOT NULL
);

CREATE TABLE public.services (
    service_id text NOT NULL,
    body jsonb NOT NULL
);

CREATE TABLE public.streams (
    stream text NOT NULL,
    version integer NOT NULL,
    hash text NOT NULL,
    CONSTRAINT streams_version_check CHECK ((version > 0))
);

CREATE TABLE public.tenants (
    tenant_id text NOT NULL,
    body jsonb NOT NULL
);

CREATE TABLE public.user_blocks (
    subscription_id text NOT NULL,
    user_id text NOT NULL,
    code text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    blocked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT user_blocks_code_check CHECK ((code <> ''::text))
);

CREATE TABLE public.users_to_move (
    quote_id text NOT NULL,
    user_id text NOT NULL
);

CREATE TABLE public.webhook_endpoints (
    endpoint_id text NOT NULL,
    tenant_id text NOT NULL,
    url text NOT NULL,
    secret text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    gone_at timestamp with time zone,
    removed_at timestamp with time zone,
    lease uuid,
    leased_until timestamp with time zone,
    failing_since timestamp with time zone
);

INSERT INTO public.assignments VALUES ('scheduled-basic', 'ada@scheduled.example', '{mail}');
INSERT INTO public.assignments VALUES ('scheduled-basic', 'bob@scheduled.example', '{}');
INSERT INTO public.assignments VALUES ('waiting-basic', 'ada@waiting.example', '{mail}');
INSERT INTO public.assignments VALUES ('waiting-basic', 'bob@waiting.example', '{}');
INSERT INTO public.assignments VALUES ('declined-basic', 'ada@declined.example', '{mail}');
INSERT INTO public.assignments VALUES ('declined-basic', 'bob@declined.example', '{}');
INSERT INTO public.assignments VALUES ('canceled-basic', 'ada@canceled.example', '{mail}');
INSERT INTO public.assignments VALUES ('canceled-basic', 'bob@canceled.example', '{}');
INSERT INTO public.assignments VALUES ('refused-basic', 'ada@refused.example', '{mail}');
INSERT INTO public.assignments VALUES ('refused-basic', 'bob@refused.example', '{}');
INSERT INTO public.assignments VALUES ('quoted-basic', 'ada@quoted.example', '{mail}');
INSERT INTO public.assignments VALUES ('quoted-basic', 'bob@quoted.example', '{}');
INSERT INTO public.assignments VALUES ('parked-basic', 'bob@parked.example', '{}');
INSERT INTO public.assignments VALUES ('undone-basic', 'bob@undone.example', '{}');
INSERT INTO public.assignments VALUES ('byhand-basic', 'ada@byhand.example', '{mail}');
INSERT INTO public.assignments VALUES ('byhand-basic', 'bob@byhand.example', '{}');
INSERT INTO public.assignments VALUES ('sub-wu6xucmlfpoovkuemijr', 'ada@complete.example', '{}');
INSERT INTO public.assignments VALUES ('sub-wu6xucmlfpoovkuemijr', 'bob@complete.example', '{}');
INSERT INTO public.assignments VALUES ('sub-nuvpzlozj4mraeh6k7e5', 'ada@invoiced.example', '{}');
INSERT INTO public.assignments VALUES ('sub-nuvpzlozj4mraeh6k7e5', 'bob@invoiced.example', '{}');
INSERT INTO public.assignments VALUES ('sub-gsuwl7bdlui3qisli2qy', 'ada@parked.example', '{}');
INSERT INTO public.assignments VALUES ('undone-basic', 'ada@undone.example', '{mail}');

INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (1, 'subscription-scheduled-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:21.249258Z", "subscription": {"id": "scheduled-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "scheduled", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:21.271365+00', '760', 'import-1', 1, '', '7d1319632246196629fdbaa1c8facfb7503ec2c9e6b107a1973e5f9727257b08');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (2, 'subscription-waiting-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:21.249258Z", "subscription": {"id": "waiting-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "waiting", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:21.272058+00', '760', 'import-1', 1, '', '848045b82f09d8bd214ce59ef9d5888322c9c15023e2020ecd72b2f69caa003d');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (3, 'subscription-declined-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:21.249258Z", "subscription": {"id": "declined-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "declined", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:21.272298+00', '760', 'import-1', 1, '', '9bcf8bea44a6813e76c5c9bae8b3ab32ec06fa741fb834f509a0ddf81ec7d125');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (4, 'subscription-canceled-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:21.249258Z", "subscription": {"id": "canceled-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "canceled", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:21.272483+00', '760', 'import-1', 1, '', 'dffceec2588fd672342d020c98bedfa3fdef5d4d1550827e966159cb8b2df9b0');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (5, 'subscription-refused-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:21.249258Z", "subscription": {"id": "refused-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "refused", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:21.272656+00', '760', 'import-1', 1, '', '4701e8d51dce945f8b1cce010731629bd96dca260839689b766cbc3eeee860c7');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (6, 'subscription-complete-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:21.249258Z", "subscription": {"id": "complete-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "complete", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:21.272847+00', '760', 'import-1', 1, '', 'ce6383ad30d19af8c48b3eaa81a519a38fe221b258708a4b71b2b97b7d67e8be');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (7, 'subscription-invoiced-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:21.249258Z", "subscription": {"id": "invoiced-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "invoiced", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:21.273008+00', '760', 'import-1', 1, '', '96d3a9a691bead8a6393dd626e6bead74860d21d43dd299128a6251b90ccbe13');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (8, 'subscription-quoted-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:21.249258Z", "subscription": {"id": "quoted-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "quoted", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:21.273098+00', '760', 'import-1', 1, '', '920775dd25c12836e486be80b0322cf9b090c475967609810515071d9b4dfe88');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (9, 'subscription-parked-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:21.249258Z", "subscription": {"id": "parked-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "parked", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:21.273174+00', '760', 'import-1', 1, '', '72eeef376009855b5531c503a295426ad454203d5ffc8b49b504cdca9a2e8b06');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (10, 'subscription-undone-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:21.249258Z", "subscription": {"id": "undone-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "undone", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:21.273246+00', '760', 'import-1', 1, '', '10b3bd9e2c44d39a582699233de3f7e39fd72d7440e4218ea3f885d88c5966a0');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (11, 'subscription-byhand-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:21.249258Z", "subscription": {"id": "byhand-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "byhand", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:21.273317+00', '760', 'import-1', 1, '', '84630643e7af3615169366b9dd8a40f6302f66fb08eae17cc1ee30bb6f799e3b');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (12, 'upgrade-up-pfpr2xcpcj44zzj4cxgp', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:17:23.451909Z", "order": {"quote_id": "q-378729f66a394b8fba8e", "schedule": "2026-12-18", "tenant_id": "scheduled", "upgrade_id": "up-pfpr2xcpcj44zzj4cxgp", "target_plan_id": "premium", "idempotency_key": "q-378729f66a394b8fba8e", "subscription_id": "scheduled-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "29ce54ad9bf3d67cfb5afda85b184e36f630632a5d9d8c98e6ca7872f558d40d", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "scheduled-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-378729f66a394b8fba8e", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "scheduled", "created_at": "2026-11-28T23:17:22Z", "expires_at": "2026-12-05T23:17:22Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "scheduled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-pfpr2xcpcj44zzj4cxgp"}', '2026-11-28 23:17:23.647189+00', '765', 'PlaceOrder', 1, '', '50875e8cfae5387769003b99340dd8e355b4e9a608e21eca6f28542de05500c9');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (13, 'upgrade-up-pfpr2xcpcj44zzj4cxgp', 2, 'UpgradeScheduled', 1, '{"at": "2026-11-28T23:17:23.451909Z", "starts_at": "2026-12-18T08:00:00Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-pfpr2xcpcj44zzj4cxgp"}', '2026-11-28 23:17:23.648086+00', '765', 'PlaceOrder', 2, '50875e8cfae5387769003b99340dd8e355b4e9a608e21eca6f28542de05500c9', '24b2224edaf0389b7f50db68428666d2e307910c240e71300be6f4eb46ca3b13');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (14, 'upgrade-up-jtjlzaev5jfncd6oocr3', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:17:26.121477Z", "order": {"quote_id": "q-dda97f89088d47bfa5f0", "schedule": null, "tenant_id": "waiting", "upgrade_id": "up-jtjlzaev5jfncd6oocr3", "target_plan_id": "premium", "idempotency_key": "q-dda97f89088d47bfa5f0", "subscription_id": "waiting-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "e7bf739db5f7200b6ba183aedd80962a405d8e993937f543e0b204bb5698e058", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "waiting-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-dda97f89088d47bfa5f0", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "waiting", "created_at": "2026-11-28T23:17:24Z", "expires_at": "2026-12-05T23:17:24Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "waiting-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-jtjlzaev5jfncd6oocr3"}', '2026-11-28 23:17:26.148744+00', '769', 'PlaceOrder', 1, '', '050a3289c059ac3556d699922d356aa778a2c705bbbbaa1c829bf07b9e87567d');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (15, 'upgrade-up-jtjlzaev5jfncd6oocr3', 2, 'CreditCheckRequired', 1, '{"at": "2026-11-28T23:17:26.121477Z", "reasons": ["threshold_reached"], "calendar": "US", "deadline": "2026-12-02T08:00:00Z", "reviewer": "operators", "calendar_version": "holidays 0.108"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-jtjlzaev5jfncd6oocr3"}', '2026-11-28 23:17:26.14923+00', '769', 'PlaceOrder', 2, '050a3289c059ac3556d699922d356aa778a2c705bbbbaa1c829bf07b9e87567d', 'bf107204de28a228299df65b9b3cbd622da1e07ca84c2766834ff03ef354a5de');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (16, 'upgrade-up-7gr6qzf2ndqqlqh35bw2', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:17:28.472066Z", "order": {"quote_id": "q-d52ff3f539fc41b58c77", "schedule": null, "tenant_id": "declined", "upgrade_id": "up-7gr6qzf2ndqqlqh35bw2", "target_plan_id": "premium", "idempotency_key": "q-d52ff3f539fc41b58c77", "subscription_id": "declined-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "213b532be9748baa375ab3d44028063f8ab2d76517694eed858ada0e4a596952", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "declined-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-d52ff3f539fc41b58c77", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "declined", "created_at": "2026-11-28T23:17:26Z", "expires_at": "2026-12-05T23:17:26Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "declined-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-7gr6qzf2ndqqlqh35bw2"}', '2026-11-28 23:17:28.494678+00', '773', 'PlaceOrder', 1, '', '800b98d86066c024d026d045d41efaad77fb197ddc82d1e9485c5fcea4a8814a');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (17, 'upgrade-up-7gr6qzf2ndqqlqh35bw2', 2, 'CreditCheckRequired', 1, '{"at": "2026-11-28T23:17:28.472066Z", "reasons": ["threshold_reached"], "calendar": "US", "deadline": "2026-12-02T08:00:00Z", "reviewer": "operators", "calendar_version": "holidays 0.108"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-7gr6qzf2ndqqlqh35bw2"}', '2026-11-28 23:17:28.495654+00', '773', 'PlaceOrder', 2, '800b98d86066c024d026d045d41efaad77fb197ddc82d1e9485c5fcea4a8814a', 'f1b4a50f4d32a3a2f36a332df895988739151d2fd039cb4cee755ffb37490bec');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (18, 'upgrade-up-7gr6qzf2ndqqlqh35bw2', 3, 'CreditCheckDeclined', 1, '{"at": "2026-11-28T23:17:29.788513Z", "reason": "", "reference": "CR-1"}', '{"step": "decide_credit_check", "workflow_id": "plan-upgrade-up-7gr6qzf2ndqqlqh35bw2"}', '2026-11-28 23:17:29.801082+00', '776', 'decide-declined-CR-1', 1, 'f1b4a50f4d32a3a2f36a332df895988739151d2fd039cb4cee755ffb37490bec', '81191dc5ac28fc5566b15a751ad35fda40a8b0cfc35f1ce534855cc02aba7eac');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (19, 'upgrade-up-gcoiga6tiqisaiodwbgs', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:17:32.446080Z", "order": {"quote_id": "q-96d2948b512047a792a3", "schedule": null, "tenant_id": "canceled", "upgrade_id": "up-gcoiga6tiqisaiodwbgs", "target_plan_id": "premium", "idempotency_key": "q-96d2948b512047a792a3", "subscription_id": "canceled-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "515a29f8d402ddc6c07c6b60c479b43614e7175aebeaa67a5f85497f71becd00", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "canceled-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-96d2948b512047a792a3", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "canceled", "created_at": "2026-11-28T23:17:30Z", "expires_at": "2026-12-05T23:17:30Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "canceled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-gcoiga6tiqisaiodwbgs"}', '2026-11-28 23:17:32.477657+00', '780', 'PlaceOrder', 1, '', 'e993687c533081aec5b498975ce8fb5ce07481947b5ff47ab0b57ca91c8c8075');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (20, 'upgrade-up-gcoiga6tiqisaiodwbgs', 2, 'CreditCheckRequired', 1, '{"at": "2026-11-28T23:17:32.446080Z", "reasons": ["threshold_reached"], "calendar": "US", "deadline": "2026-12-02T08:00:00Z", "reviewer": "operators", "calendar_version": "holidays 0.108"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-gcoiga6tiqisaiodwbgs"}', '2026-11-28 23:17:32.477987+00', '780', 'PlaceOrder', 2, 'e993687c533081aec5b498975ce8fb5ce07481947b5ff47ab0b57ca91c8c8075', '87a536346abc66fefee3b622c3830f2fe103c8541f4ba92555beaeab0a88edd5');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (21, 'upgrade-up-gcoiga6tiqisaiodwbgs', 3, 'UpgradeCanceled', 1, '{"at": "2026-11-28T23:17:34.171992Z", "reason": "another plan"}', '{"step": "cancel", "workflow_id": "plan-upgrade-up-gcoiga6tiqisaiodwbgs"}', '2026-11-28 23:17:34.185898+00', '783', 'Cancel-2026-11-28T23:17:34.171992+00:00', 1, '87a536346abc66fefee3b622c3830f2fe103c8541f4ba92555beaeab0a88edd5', 'b43e6d04e2058d5a9d99602a0f4755874beb8d0034cbd15b782acd8b13409efb');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (22, 'subscription-refused-basic', 2, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:17:36.517382Z", "subscription": {"id": "refused-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "refused", "balance_due": "5.00", "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:17:36.531805+00', '787', 'import-2', 1, '4701e8d51dce945f8b1cce010731629bd96dca260839689b766cbc3eeee860c7', '6cfdd38b47c719a9f8a3b7958e14bf9a481e5f38f5f803aa63960bdeafdf14d1');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (23, 'upgrade-up-rrkh5t5xafrojjzykxzv', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:17:37.651751Z", "order": {"quote_id": "q-5fb4a3f37da74060ac23", "schedule": null, "tenant_id": "refused", "upgrade_id": "up-rrkh5t5xafrojjzykxzv", "target_plan_id": "premium", "idempotency_key": "q-5fb4a3f37da74060ac23", "subscription_id": "refused-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "c6f9eb3b6ec5d9655769089cc9b52295050b0162cd5fb626d0fab89b594d625b", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "refused-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-5fb4a3f37da74060ac23", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "refused", "created_at": "2026-11-28T23:17:35Z", "expires_at": "2026-12-05T23:17:35Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "refused-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-rrkh5t5xafrojjzykxzv"}', '2026-11-28 23:17:37.680884+00', '790', 'PlaceOrder', 1, '', '4430977be96c406eb7943e61af8a05ead0aa12afbe430e0eb9151af2f0198428');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (24, 'upgrade-up-rrkh5t5xafrojjzykxzv', 2, 'UpgradeRefused', 1, '{"at": "2026-11-28T23:17:37.651751Z", "refusals": [{"code": "unpaid_balance", "remedy": {"text": {"en": "Pay the balance now. After the payment has been made, check again.", "zh-TW": "請立即支付餘額。付款完成之後，請再次檢查。"}, "action": "pay_now", "retry_after": null}, "message": {"en": "The subscription refused-basic has an unpaid balance of $5.00.", "zh-TW": "訂閱 refused-basic 有未付款的餘額 US$5.00。"}, "evidence": {"currency": "USD", "balance_due": "5.00", "subscription_id": "refused-basic"}, "temporary": false}]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-rrkh5t5xafrojjzykxzv"}', '2026-11-28 23:17:37.681329+00', '790', 'PlaceOrder', 2, '4430977be96c406eb7943e61af8a05ead0aa12afbe430e0eb9151af2f0198428', 'c06115c04bf666d98d641227709daccfa966a7e5799016a3106b7d1435645bb5');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (25, 'upgrade-up-wu6xucmlfpoovkuemijr', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:17:40.253182Z", "order": {"quote_id": "q-f9fb60fa9dc04d928209", "schedule": null, "tenant_id": "complete", "upgrade_id": "up-wu6xucmlfpoovkuemijr", "target_plan_id": "premium", "idempotency_key": "q-f9fb60fa9dc04d928209", "subscription_id": "complete-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "8b5f8a0f4385e91e5bf1d942bfd9148d5eb2b5a2ee151441b7bdb722eb93495d", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "complete-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-f9fb60fa9dc04d928209", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "complete", "created_at": "2026-11-28T23:17:38Z", "expires_at": "2026-12-05T23:17:38Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "complete-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-wu6xucmlfpoovkuemijr"}', '2026-11-28 23:17:40.278375+00', '794', 'PlaceOrder', 1, '', '6a016da1224fd1343a8ef5344ff39fbe4e915606869da50dc412d4bc2e1d12f6');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (26, 'upgrade-up-wu6xucmlfpoovkuemijr', 2, 'EligibilityConfirmed', 1, '{"at": "2026-11-28T23:17:40.253182Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-wu6xucmlfpoovkuemijr"}', '2026-11-28 23:17:40.278823+00', '794', 'PlaceOrder', 2, '6a016da1224fd1343a8ef5344ff39fbe4e915606869da50dc412d4bc2e1d12f6', '7aaa387e0582d994b3e95da7fdcc98a7aabba9a5210951d153bb3379d8bcd4fc');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (27, 'upgrade-up-wu6xucmlfpoovkuemijr', 3, 'MoveStarted', 1, '{"at": "2026-11-28T23:17:40.269989Z", "users": 2, "new_subscription_id": "sub-wu6xucmlfpoovkuemijr"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-wu6xucmlfpoovkuemijr"}', '2026-11-28 23:17:40.318625+00', '795', 'StartMove', 1, '7aaa387e0582d994b3e95da7fdcc98a7aabba9a5210951d153bb3379d8bcd4fc', 'dd497418652f19889a5abe79da65655fe81eca0bb01b9c57bb1e162ba6dc00db');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (28, 'subscription-complete-basic', 2, 'SubscriptionLocked', 1, '{"at": "2026-11-28T23:17:40.269989Z", "upgrade_id": "up-wu6xucmlfpoovkuemijr", "expected_until": "2026-11-29T00:17:40.269989Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-wu6xucmlfpoovkuemijr"}', '2026-11-28 23:17:40.319144+00', '795', 'up-wu6xucmlfpoovkuemijr:StartMove', 1, 'ce6383ad30d19af8c48b3eaa81a519a38fe221b258708a4b71b2b97b7d67e8be', 'a67901c998ec9ba955c98338b43aeb1a748a2767fa2c9b89d2e571d2ace116fb');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (29, 'subscription-sub-wu6xucmlfpoovkuemijr', 1, 'SubscriptionOpened', 1, '{"at": "2026-11-28T23:17:40.269989Z", "upgrade_id": "up-wu6xucmlfpoovkuemijr", "subscription": {"id": "sub-wu6xucmlfpoovkuemijr", "price": "22.00", "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "premium", "prepaid": null, "assigned": 0, "licenses": 5, "tenant_id": "complete", "balance_due": null, "cycle_anchor": "2026-11-28", "users_with_disabled_services": 0}, "expected_until": "2026-11-29T00:17:40.269989Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-wu6xucmlfpoovkuemijr"}', '2026-11-28 23:17:40.319532+00', '795', 'up-wu6xucmlfpoovkuemijr:StartMove', 1, '', 'aa06679f68bf5dd0e9054770c2f41c8bfb3d13bf1326ff99fa71a0462dc1634d');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (30, 'upgrade-up-wu6xucmlfpoovkuemijr', 4, 'UsersMoved', 1, '{"at": "2026-11-28T23:17:40.285278Z", "batch": 1, "users": 2, "remaining": 0}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-wu6xucmlfpoovkuemijr"}', '2026-11-28 23:17:40.354185+00', '796', 'move-3', 1, 'dd497418652f19889a5abe79da65655fe81eca0bb01b9c57bb1e162ba6dc00db', '419f82b766aa6e700acfd147665e69987bc707d919a9cd61e20a6b862fa40c15');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (31, 'upgrade-up-wu6xucmlfpoovkuemijr', 5, 'MoveCompleted', 1, '{"at": "2026-11-28T23:17:40.285278Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-wu6xucmlfpoovkuemijr"}', '2026-11-28 23:17:40.354428+00', '796', 'move-3', 2, '419f82b766aa6e700acfd147665e69987bc707d919a9cd61e20a6b862fa40c15', 'b9d3d7b1cb2ca1193a59ea70335bcefa20072ff65acdb10e7e6a71be6b0103aa');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (64, 'upgrade-up-sbrsrusxm53obtvj7l4j', 9, 'UsersReturned', 1, '{"at": "2026-11-28T23:18:04.983046Z", "batch": 1, "users": 1}', '{"step": "undo_move", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:18:05.03952+00', '851', 'return-8', 1, '02b85b980b5872191a45c762340c6d55c76ab117e13b6dc1e29834e4eeb2e0f3', '675472a4dce5ccafd80957d77096192e8c7446512bebd3b0ac841d5a8a9b78ef');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (32, 'upgrade-up-wu6xucmlfpoovkuemijr', 6, 'BillingSwitched', 1, '{"at": "2026-11-28T23:17:40.363905Z", "pricing": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "forfeited": "0.00", "switch_on": "2026-11-28", "account_credit": "0.00", "credit_applied": "20.00"}, "invoice_on": "2026-12-11", "switched_on": "2026-11-28", "invoice_due_at": "2026-12-11T08:00:00Z"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-wu6xucmlfpoovkuemijr"}', '2026-11-28 23:17:40.396871+00', '797', 'switch-billing', 1, 'b9d3d7b1cb2ca1193a59ea70335bcefa20072ff65acdb10e7e6a71be6b0103aa', '416535125d34a8cf1af25203b1cc34e52efb21eb2e4eb722c5b7a74011259394');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (33, 'subscription-complete-basic', 3, 'SubscriptionCanceled', 1, '{"at": "2026-11-28T23:17:40.363905Z", "upgrade_id": "up-wu6xucmlfpoovkuemijr", "canceled_on": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-wu6xucmlfpoovkuemijr"}', '2026-11-28 23:17:40.397283+00', '797', 'up-wu6xucmlfpoovkuemijr:switch-billing', 1, 'a67901c998ec9ba955c98338b43aeb1a748a2767fa2c9b89d2e571d2ace116fb', 'd6f53973bba5eafef367752df0221fe7276d50dfbae385865d23a70f832b2d48');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (34, 'subscription-sub-wu6xucmlfpoovkuemijr', 2, 'BillingStarted', 1, '{"at": "2026-11-28T23:17:40.363905Z", "upgrade_id": "up-wu6xucmlfpoovkuemijr", "cycle_anchor": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-wu6xucmlfpoovkuemijr"}', '2026-11-28 23:17:40.39747+00', '797', 'up-wu6xucmlfpoovkuemijr:switch-billing', 1, 'aa06679f68bf5dd0e9054770c2f41c8bfb3d13bf1326ff99fa71a0462dc1634d', 'e382c100df247d337fa8175bce7558414e08baa118245f730def8e5608c55106');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (35, 'upgrade-up-nuvpzlozj4mraeh6k7e5', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:17:42.511100Z", "order": {"quote_id": "q-3a43ca28ba9245d79e77", "schedule": null, "tenant_id": "invoiced", "upgrade_id": "up-nuvpzlozj4mraeh6k7e5", "target_plan_id": "premium", "idempotency_key": "q-3a43ca28ba9245d79e77", "subscription_id": "invoiced-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "de731699b1f8cf8f7327bdeab357f1e7d65acd3a4849fca1da565e6968b8e0aa", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "invoiced-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-3a43ca28ba9245d79e77", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "invoiced", "created_at": "2026-11-28T23:17:41Z", "expires_at": "2026-12-05T23:17:41Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "invoiced-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5"}', '2026-11-28 23:17:42.547638+00', '801', 'PlaceOrder', 1, '', 'b01f8b8dbeb0148a39c34e08cc5081591762856c69e5cc5deee19df2f8fd5e83');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (36, 'upgrade-up-nuvpzlozj4mraeh6k7e5', 2, 'EligibilityConfirmed', 1, '{"at": "2026-11-28T23:17:42.511100Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5"}', '2026-11-28 23:17:42.547897+00', '801', 'PlaceOrder', 2, 'b01f8b8dbeb0148a39c34e08cc5081591762856c69e5cc5deee19df2f8fd5e83', '946d99cd5f13d8ccd67cd8f0c248ce6aa5b39d954dee9c4fd48f92599dd2fdb4');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (37, 'upgrade-up-nuvpzlozj4mraeh6k7e5', 3, 'MoveStarted', 1, '{"at": "2026-11-28T23:17:42.521321Z", "users": 2, "new_subscription_id": "sub-nuvpzlozj4mraeh6k7e5"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5"}', '2026-11-28 23:17:42.573535+00', '802', 'StartMove', 1, '946d99cd5f13d8ccd67cd8f0c248ce6aa5b39d954dee9c4fd48f92599dd2fdb4', '38ea0ee88663bfb6de6b204408987aaf8ace0611ae2d1168f95ded2845f355c5');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (38, 'subscription-invoiced-basic', 2, 'SubscriptionLocked', 1, '{"at": "2026-11-28T23:17:42.521321Z", "upgrade_id": "up-nuvpzlozj4mraeh6k7e5", "expected_until": "2026-11-29T00:17:42.521321Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5"}', '2026-11-28 23:17:42.573784+00', '802', 'up-nuvpzlozj4mraeh6k7e5:StartMove', 1, '96d3a9a691bead8a6393dd626e6bead74860d21d43dd299128a6251b90ccbe13', '8f90f081d5fe50ec1ffb0b147ee052adb3647cc010c1bbac28c1826828a53e9c');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (39, 'subscription-sub-nuvpzlozj4mraeh6k7e5', 1, 'SubscriptionOpened', 1, '{"at": "2026-11-28T23:17:42.521321Z", "upgrade_id": "up-nuvpzlozj4mraeh6k7e5", "subscription": {"id": "sub-nuvpzlozj4mraeh6k7e5", "price": "22.00", "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "premium", "prepaid": null, "assigned": 0, "licenses": 5, "tenant_id": "invoiced", "balance_due": null, "cycle_anchor": "2026-11-28", "users_with_disabled_services": 0}, "expected_until": "2026-11-29T00:17:42.521321Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5"}', '2026-11-28 23:17:42.573922+00', '802', 'up-nuvpzlozj4mraeh6k7e5:StartMove', 1, '', 'ba73912ddd1fe56e4ef5421c093bcb4c378c8e62a3d6f76861e026a66aac7cd6');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (40, 'upgrade-up-nuvpzlozj4mraeh6k7e5', 4, 'UsersMoved', 1, '{"at": "2026-11-28T23:17:42.538714Z", "batch": 1, "users": 2, "remaining": 0}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5"}', '2026-11-28 23:17:42.593795+00', '803', 'move-3', 1, '38ea0ee88663bfb6de6b204408987aaf8ace0611ae2d1168f95ded2845f355c5', '564175e611c160070cc84d006c219ad10451941fd6b12cf653fe7116df1e57b1');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (41, 'upgrade-up-nuvpzlozj4mraeh6k7e5', 5, 'MoveCompleted', 1, '{"at": "2026-11-28T23:17:42.538714Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5"}', '2026-11-28 23:17:42.593935+00', '803', 'move-3', 2, '564175e611c160070cc84d006c219ad10451941fd6b12cf653fe7116df1e57b1', '87f2caaedb176fcf9a2d94fd9ea74d7c3b0955acf4002682ce56374b64d45edf');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (42, 'upgrade-up-nuvpzlozj4mraeh6k7e5', 6, 'BillingSwitched', 1, '{"at": "2026-11-28T23:17:42.600603Z", "pricing": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "forfeited": "0.00", "switch_on": "2026-11-28", "account_credit": "0.00", "credit_applied": "20.00"}, "invoice_on": "2026-12-11", "switched_on": "2026-11-28", "invoice_due_at": "2026-12-11T08:00:00Z"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5"}', '2026-11-28 23:17:42.624091+00', '804', 'switch-billing', 1, '87f2caaedb176fcf9a2d94fd9ea74d7c3b0955acf4002682ce56374b64d45edf', '1729815b97ee88df1c8a67d5df410f2b4fb2164bb1577873c4fd6514e6054482');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (43, 'subscription-invoiced-basic', 3, 'SubscriptionCanceled', 1, '{"at": "2026-11-28T23:17:42.600603Z", "upgrade_id": "up-nuvpzlozj4mraeh6k7e5", "canceled_on": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5"}', '2026-11-28 23:17:42.624304+00', '804', 'up-nuvpzlozj4mraeh6k7e5:switch-billing', 1, '8f90f081d5fe50ec1ffb0b147ee052adb3647cc010c1bbac28c1826828a53e9c', '628b07ad37b74eaa8c825f47b7078939b045debbe53b780daf5dc2f60a2ee6ef');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (44, 'subscription-sub-nuvpzlozj4mraeh6k7e5', 2, 'BillingStarted', 1, '{"at": "2026-11-28T23:17:42.600603Z", "upgrade_id": "up-nuvpzlozj4mraeh6k7e5", "cycle_anchor": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5"}', '2026-11-28 23:17:42.624407+00', '804', 'up-nuvpzlozj4mraeh6k7e5:switch-billing', 1, 'ba73912ddd1fe56e4ef5421c093bcb4c378c8e62a3d6f76861e026a66aac7cd6', '0d85b93a27ee72b84de9d82f06f0abc8155665e68ffe51a766530b504024b981');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (45, 'upgrade-up-nuvpzlozj4mraeh6k7e5', 7, 'InvoiceIssued', 1, '{"at": "2026-12-11T08:00:00.018252Z", "number": "INV-00000001", "issued_on": "2026-12-11", "account_credit_uses": []}', '{"step": "issue_invoice", "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5"}', '2026-11-28 23:17:44.260549+00', '807', 'IssueInvoice', 1, '1729815b97ee88df1c8a67d5df410f2b4fb2164bb1577873c4fd6514e6054482', '09392df32707035968eded399c98eb474c104de57bee20886572773e2fe8aa4b');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (46, 'upgrade-up-gsuwl7bdlui3qisli2qy', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:17:52.306446Z", "order": {"quote_id": "q-644e4c595df545cfa957", "schedule": null, "tenant_id": "parked", "upgrade_id": "up-gsuwl7bdlui3qisli2qy", "target_plan_id": "premium", "idempotency_key": "q-644e4c595df545cfa957", "subscription_id": "parked-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "b3ae1dff7204fe3928b845e7871a2d9717481e69c785e9ff1321e7aef256b424", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "parked-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-644e4c595df545cfa957", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "parked", "created_at": "2026-11-28T23:17:49Z", "expires_at": "2026-12-05T23:17:49Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "parked-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-gsuwl7bdlui3qisli2qy"}', '2026-11-28 23:17:52.416847+00', '820', 'PlaceOrder', 1, '', 'b5c95e7ce5e5ce1a87650afc36e65a31a44cadaf7f9fe462488d31830d514621');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (47, 'upgrade-up-gsuwl7bdlui3qisli2qy', 2, 'EligibilityConfirmed', 1, '{"at": "2026-11-28T23:17:52.306446Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-gsuwl7bdlui3qisli2qy"}', '2026-11-28 23:17:52.417294+00', '820', 'PlaceOrder', 2, 'b5c95e7ce5e5ce1a87650afc36e65a31a44cadaf7f9fe462488d31830d514621', 'b66229480390ffb27a4822a530f0ee911c25871c4e0647fdf8ee8bfdddaad287');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (48, 'upgrade-up-gsuwl7bdlui3qisli2qy', 3, 'MoveStarted', 1, '{"at": "2026-11-28T23:17:52.325164Z", "users": 2, "new_subscription_id": "sub-gsuwl7bdlui3qisli2qy"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-gsuwl7bdlui3qisli2qy"}', '2026-11-28 23:17:52.447224+00', '821', 'StartMove', 1, 'b66229480390ffb27a4822a530f0ee911c25871c4e0647fdf8ee8bfdddaad287', '37c3b5750d296486887ce1754f9f157ebf03c858988e33450ed45ef02cf09e90');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (49, 'subscription-parked-basic', 2, 'SubscriptionLocked', 1, '{"at": "2026-11-28T23:17:52.325164Z", "upgrade_id": "up-gsuwl7bdlui3qisli2qy", "expected_until": "2026-11-29T00:17:52.325164Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-gsuwl7bdlui3qisli2qy"}', '2026-11-28 23:17:52.447639+00', '821', 'up-gsuwl7bdlui3qisli2qy:StartMove', 1, '72eeef376009855b5531c503a295426ad454203d5ffc8b49b504cdca9a2e8b06', 'c4b4ff794efd9874a5ac62837c7f36fb0d72b44c3dd25e1b2a3a3b0edc119e58');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (50, 'subscription-sub-gsuwl7bdlui3qisli2qy', 1, 'SubscriptionOpened', 1, '{"at": "2026-11-28T23:17:52.325164Z", "upgrade_id": "up-gsuwl7bdlui3qisli2qy", "subscription": {"id": "sub-gsuwl7bdlui3qisli2qy", "price": "22.00", "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "premium", "prepaid": null, "assigned": 0, "licenses": 5, "tenant_id": "parked", "balance_due": null, "cycle_anchor": "2026-11-28", "users_with_disabled_services": 0}, "expected_until": "2026-11-29T00:17:52.325164Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-gsuwl7bdlui3qisli2qy"}', '2026-11-28 23:17:52.44795+00', '821', 'up-gsuwl7bdlui3qisli2qy:StartMove', 1, '', '755608c9b0fcc78270e405794caca745bf4b2e8505c406ae5bc043a9d5a37c39');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (51, 'upgrade-up-gsuwl7bdlui3qisli2qy', 4, 'UsersMoved', 1, '{"at": "2026-11-28T23:17:52.333477Z", "batch": 1, "users": 1, "remaining": 1}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-gsuwl7bdlui3qisli2qy"}', '2026-11-28 23:17:52.465918+00', '822', 'move-3', 1, '37c3b5750d296486887ce1754f9f157ebf03c858988e33450ed45ef02cf09e90', 'b8fbee70ee52e49930af613a0a885f98f45af4ea7ea5d4bc77d617d14f742d84');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (52, 'upgrade-up-gsuwl7bdlui3qisli2qy', 5, 'UsersFailed', 1, '{"at": "2026-11-28T23:17:52.333477Z", "users": 1, "reasons": {"legal_hold": 1}}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-gsuwl7bdlui3qisli2qy"}', '2026-11-28 23:17:52.466062+00', '822', 'move-3', 2, 'b8fbee70ee52e49930af613a0a885f98f45af4ea7ea5d4bc77d617d14f742d84', '3d012f3386c869c6ba16b68326e0180186d7d56dafbd7d735297ea4c33502769');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (53, 'upgrade-up-gsuwl7bdlui3qisli2qy', 6, 'AttentionNeeded', 1, '{"at": "2026-11-28T23:17:55.708028Z", "step": "move-users", "cause": "users_failed: 1 users cannot be moved: 1 legal_hold"}', '{"step": "report_problem", "workflow_id": "plan-upgrade-up-gsuwl7bdlui3qisli2qy"}', '2026-11-28 23:17:55.729286+00', '831', 'ReportProblem-2026-11-28T23:17:55.708028+00:00', 1, '3d012f3386c869c6ba16b68326e0180186d7d56dafbd7d735297ea4c33502769', '2eb12d73d7a31d5e94e14d0ffd2603920b724b0689e8e98d8b8d68eae50a8da5');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (54, 'upgrade-up-sbrsrusxm53obtvj7l4j', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:17:56.363676Z", "order": {"quote_id": "q-517c3d6181ed4f7ab836", "schedule": null, "tenant_id": "undone", "upgrade_id": "up-sbrsrusxm53obtvj7l4j", "target_plan_id": "premium", "idempotency_key": "q-517c3d6181ed4f7ab836", "subscription_id": "undone-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "84ba7e08e95abee09b55e367a904c408b9fa5766f3cdee677569c08107d27ee2", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "undone-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-517c3d6181ed4f7ab836", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "undone", "created_at": "2026-11-28T23:17:54Z", "expires_at": "2026-12-05T23:17:54Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "undone-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:17:56.393896+00', '833', 'PlaceOrder', 1, '', '7cdd14577bcc2c319fd4960d989ca1b97501887fff8e8280238c1625b4dc2cb0');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (55, 'upgrade-up-sbrsrusxm53obtvj7l4j', 2, 'EligibilityConfirmed', 1, '{"at": "2026-11-28T23:17:56.363676Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:17:56.39427+00', '833', 'PlaceOrder', 2, '7cdd14577bcc2c319fd4960d989ca1b97501887fff8e8280238c1625b4dc2cb0', '6ce2b46f2906363d70dc52e6ad5832b04d4161bf93eec3535854150859a213d0');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (56, 'upgrade-up-sbrsrusxm53obtvj7l4j', 3, 'MoveStarted', 1, '{"at": "2026-11-28T23:17:56.379611Z", "users": 2, "new_subscription_id": "sub-sbrsrusxm53obtvj7l4j"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:17:56.423912+00', '834', 'StartMove', 1, '6ce2b46f2906363d70dc52e6ad5832b04d4161bf93eec3535854150859a213d0', '4ee6dba737c082e0a8626de368dfae970460466a35c0ac7448d41c75cf0f0db3');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (57, 'subscription-sub-sbrsrusxm53obtvj7l4j', 1, 'SubscriptionOpened', 1, '{"at": "2026-11-28T23:17:56.379611Z", "upgrade_id": "up-sbrsrusxm53obtvj7l4j", "subscription": {"id": "sub-sbrsrusxm53obtvj7l4j", "price": "22.00", "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "premium", "prepaid": null, "assigned": 0, "licenses": 5, "tenant_id": "undone", "balance_due": null, "cycle_anchor": "2026-11-28", "users_with_disabled_services": 0}, "expected_until": "2026-11-29T00:17:56.379611Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:17:56.424159+00', '834', 'up-sbrsrusxm53obtvj7l4j:StartMove', 1, '', 'df836dcc4109a4ce6b77d3356c459067a81b824991eae1a2f0a5fc804e32bb34');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (58, 'subscription-undone-basic', 2, 'SubscriptionLocked', 1, '{"at": "2026-11-28T23:17:56.379611Z", "upgrade_id": "up-sbrsrusxm53obtvj7l4j", "expected_until": "2026-11-29T00:17:56.379611Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:17:56.424311+00', '834', 'up-sbrsrusxm53obtvj7l4j:StartMove', 1, '10b3bd9e2c44d39a582699233de3f7e39fd72d7440e4218ea3f885d88c5966a0', '320ea7a7e5e5e6edf0d2e4b633902ca311ab8f56bf47c114204d82fd0bcfaab6');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (59, 'upgrade-up-sbrsrusxm53obtvj7l4j', 4, 'UsersMoved', 1, '{"at": "2026-11-28T23:17:56.396459Z", "batch": 1, "users": 1, "remaining": 1}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:17:56.439571+00', '835', 'move-3', 1, '4ee6dba737c082e0a8626de368dfae970460466a35c0ac7448d41c75cf0f0db3', 'cd10711ca786efa92ab7ed46dccf7ee7ed2a2e0919c18a9d5b8d8bb6b9e30f74');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (60, 'upgrade-up-sbrsrusxm53obtvj7l4j', 5, 'UsersFailed', 1, '{"at": "2026-11-28T23:17:56.396459Z", "users": 1, "reasons": {"legal_hold": 1}}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:17:56.43971+00', '835', 'move-3', 2, 'cd10711ca786efa92ab7ed46dccf7ee7ed2a2e0919c18a9d5b8d8bb6b9e30f74', 'e3bb75c57a43d30ca179ec0b7dff6dc65510bb60fd1d69e705f79478c9f0ed9b');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (61, 'upgrade-up-sbrsrusxm53obtvj7l4j', 6, 'AttentionNeeded', 1, '{"at": "2026-11-28T23:17:59.671361Z", "step": "move-users", "cause": "users_failed: 1 users cannot be moved: 1 legal_hold"}', '{"step": "report_problem", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:17:59.686613+00', '843', 'ReportProblem-2026-11-28T23:17:59.671361+00:00', 1, 'e3bb75c57a43d30ca179ec0b7dff6dc65510bb60fd1d69e705f79478c9f0ed9b', '6c7503628f36dab775018815df180540bd8bbb0719b2b809d2e90925c1c2ad5d');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (62, 'upgrade-up-sbrsrusxm53obtvj7l4j', 7, 'AttentionResolved', 1, '{"at": "2026-11-28T23:18:04.972180Z", "action": "undo"}', '{"step": "begin_undo", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:18:04.993034+00', '849', 'BeginUndo-2026-11-28T23:18:04.972180+00:00', 1, '6c7503628f36dab775018815df180540bd8bbb0719b2b809d2e90925c1c2ad5d', '4707044ad21cb07f5ff7dc43c9b81f2e0680d0d03feb617ab76e1f1704645cfb');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (63, 'upgrade-up-sbrsrusxm53obtvj7l4j', 8, 'UndoStarted', 1, '{"at": "2026-11-28T23:18:04.972180Z", "ending": "undone", "reason": "not now"}', '{"step": "begin_undo", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:18:04.993208+00', '849', 'BeginUndo-2026-11-28T23:18:04.972180+00:00', 2, '4707044ad21cb07f5ff7dc43c9b81f2e0680d0d03feb617ab76e1f1704645cfb', '02b85b980b5872191a45c762340c6d55c76ab117e13b6dc1e29834e4eeb2e0f3');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (65, 'upgrade-up-sbrsrusxm53obtvj7l4j', 10, 'UpgradeUndone', 1, '{"at": "2026-11-28T23:18:04.983046Z", "reason": "not now"}', '{"step": "undo_move", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:18:05.039725+00', '851', 'return-8', 2, '675472a4dce5ccafd80957d77096192e8c7446512bebd3b0ac841d5a8a9b78ef', 'abf58f270e2f87d12b566b4de54d364a0d9a8873283d0aa65493a9c771c37f7e');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (66, 'subscription-sub-sbrsrusxm53obtvj7l4j', 2, 'SubscriptionWithdrawn', 1, '{"at": "2026-11-28T23:18:04.983046Z", "upgrade_id": "up-sbrsrusxm53obtvj7l4j"}', '{"step": "undo_move", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:18:05.040007+00', '851', 'up-sbrsrusxm53obtvj7l4j:return-8', 1, 'df836dcc4109a4ce6b77d3356c459067a81b824991eae1a2f0a5fc804e32bb34', '841ed42d7a4e67b2012f23e1e95b07995290157deb1a8d77b0c47b0324aa0519');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (67, 'subscription-undone-basic', 3, 'SubscriptionUnlocked', 1, '{"at": "2026-11-28T23:18:04.983046Z", "upgrade_id": "up-sbrsrusxm53obtvj7l4j"}', '{"step": "undo_move", "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j"}', '2026-11-28 23:18:05.040154+00', '851', 'up-sbrsrusxm53obtvj7l4j:return-8', 1, '320ea7a7e5e5e6edf0d2e4b633902ca311ab8f56bf47c114204d82fd0bcfaab6', 'e750c5d0e01f1005eb516ac023d61609e53807c73a758a5230be8e6683fafaee');

INSERT INTO public.failed_users VALUES ('up-gsuwl7bdlui3qisli2qy', 'bob@parked.example', 'legal_hold', '', 5, '2026-11-28 23:17:55.573358+00', NULL, NULL);
INSERT INTO public.failed_users VALUES ('up-sbrsrusxm53obtvj7l4j', 'bob@undone.example', 'legal_hold', '', 5, '2026-11-28 23:17:59.597491+00', NULL, NULL);

INSERT INTO public.followers VALUES ('webhooks', '851', 67);

INSERT INTO public.invoice_numbers VALUES ('name:us plan upgrades', 1);

INSERT INTO public.invoices VALUES ('INV-00000001', 'up-nuvpzlozj4mraeh6k7e5', 'invoiced', '2026-12-11', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "due_on": "2026-12-11", "number": "INV-00000001", "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "issued_on": "2026-12-11", "plan_name": "Premium", "tenant_id": "invoiced", "amount_due": "90.00", "upgrade_id": "up-nuvpzlozj4mraeh6k7e5", "switched_on": "2026-11-28", "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "subscription_id": "invoiced-basic", "account_credit_used": "0.00", "account_credit_uses": [], "new_subscription_id": "sub-nuvpzlozj4mraeh6k7e5", "credit_reaches_account_by": "2026-12-16"}', 'name:us plan upgrades');

INSERT INTO public.ledger_entries VALUES ('up-wu6xucmlfpoovkuemijr', 1, 'complete', 'receivable', 'USD', 11000, '2026-11-28 23:17:40.363905+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-wu6xucmlfpoovkuemijr', 2, 'complete', 'revenue', 'USD', -11000, '2026-11-28 23:17:40.363905+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-wu6xucmlfpoovkuemijr', 3, 'complete', 'unused_service', 'USD', 2000, '2026-11-28 23:17:40.363905+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-wu6xucmlfpoovkuemijr', 4, 'complete', 'receivable', 'USD', -2000, '2026-11-28 23:17:40.363905+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-nuvpzlozj4mraeh6k7e5', 1, 'invoiced', 'receivable', 'USD', 11000, '2026-11-28 23:17:42.600603+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-nuvpzlozj4mraeh6k7e5', 2, 'invoiced', 'revenue', 'USD', -11000, '2026-11-28 23:17:42.600603+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-nuvpzlozj4mraeh6k7e5', 3, 'invoiced', 'unused_service', 'USD', 2000, '2026-11-28 23:17:42.600603+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-nuvpzlozj4mraeh6k7e5', 4, 'invoiced', 'receivable', 'USD', -2000, '2026-11-28 23:17:42.600603+00', 'switch', NULL);

INSERT INTO public.migrations VALUES ('0001_event_store.sql', '31feb6fb19beeaf41014941ee77b51f91f4cd5de46514709a09a3411453bdc46', '2026-11-28 23:17:16.531357+00');
INSERT INTO public.migrations VALUES ('0002_world.sql', '92357b054f5a556cae94fb41a9759e38181f814492726c86f587511ed445c251', '2026-11-28 23:17:16.549719+00');
INSERT INTO public.migrations VALUES ('0003_upgrades.sql', 'bb5ccd3f20c7245950b09bdf792f8f1a283d62b1b440a99e27a52015492341ac', '2026-11-28 23:17:16.574096+00');
INSERT INTO public.migrations VALUES ('0004_license_changes.sql', '487d8384eddd69115412807def021c924165bc195607c50bb28e995c5f0114d7', '2026-11-28 23:17:16.578298+00');
INSERT INTO public.migrations VALUES ('0005_administration.sql', '3f3e0f526bb9498205a1b8ccf585c74b8292543f9d753fc4743eadcb0ea1519f', '2026-11-28 23:17:16.583992+00');
INSERT INTO public.migrations VALUES ('0007_invoice_numbers.sql', '2a20219ee31f46133901b6c22439782319cfb8e8027a91aecadf91025bb87649', '2026-11-28 23:17:16.588528+00');
INSERT INTO public.migrations VALUES ('0008_account_credit.sql', 'c7bd2966ceb339d42e765981af4ae0ee50740f8b0d915026045941c51b5e9c7b', '2026-11-28 23:17:16.601688+00');
INSERT INTO public.migrations VALUES ('0009_webhooks.sql', '3df5ebfbe06cfc9ffb776af84742a79f8cf3fd6a6b7655287274cd15aac8b31b', '2026-11-28 23:17:16.622215+00');
INSERT INTO public.migrations VALUES ('0010_credit_callbacks.sql', '28fe0e43ab7ced3d97e2e9787157e3981dbafe66dafe0c03a4c2035ca2287313', '2026-11-28 23:17:16.630043+00');
INSERT INTO public.migrations VALUES ('0011_moves.sql', 'e9851cf9fe18926010fc33da545ddb6de51e4c2c4c75fcf2af9f8b3c5c494774', '2026-11-28 23:17:16.661709+00');
INSERT INTO public.migrations VALUES ('0012_webhook_endpoints.sql', 'ff16dae353207503d48f6c66f18625c07d8dcf544723656f1e82e646b1326ae8', '2026-11-28 23:17:16.66517+00');
INSERT INTO public.migrations VALUES ('0013_changes_by_hand.sql', '4de0792ec326c945b96d3a13298bc46eeefc598431f4ff3f58d374af1799590a', '2026-11-28 23:17:16.680846+00');

INSERT INTO public.move_batches VALUES ('up-wu6xucmlfpoovkuemijr', 1, 'complete-basic', 'sub-wu6xucmlfpoovkuemijr', 2, '2026-11-28 23:17:40.285278+00');
INSERT INTO public.move_batches VALUES ('up-nuvpzlozj4mraeh6k7e5', 1, 'invoiced-basic', 'sub-nuvpzlozj4mraeh6k7e5', 2, '2026-11-28 23:17:42.538714+00');
INSERT INTO public.move_batches VALUES ('up-gsuwl7bdlui3qisli2qy', 1, 'parked-basic', 'sub-gsuwl7bdlui3qisli2qy', 1, '2026-11-28 23:17:52.333477+00');
INSERT INTO public.move_batches VALUES ('up-sbrsrusxm53obtvj7l4j', 1, 'undone-basic', 'sub-sbrsrusxm53obtvj7l4j', 1, '2026-11-28 23:17:56.396459+00');

INSERT INTO public.moved_users VALUES ('up-wu6xucmlfpoovkuemijr', 'ada@complete.example', 1, '{mail}', NULL, '{}', NULL);
INSERT INTO public.moved_users VALUES ('up-wu6xucmlfpoovkuemijr', 'bob@complete.example', 1, '{}', NULL, '{}', NULL);
INSERT INTO public.moved_users VALUES ('up-nuvpzlozj4mraeh6k7e5', 'ada@invoiced.example', 1, '{mail}', NULL, '{}', NULL);
INSERT INTO public.moved_users VALUES ('up-nuvpzlozj4mraeh6k7e5', 'bob@invoiced.example', 1, '{}', NULL, '{}', NULL);
INSERT INTO public.moved_users VALUES ('up-gsuwl7bdlui3qisli2qy', 'ada@parked.example', 1, '{mail}', NULL, '{}', NULL);
INSERT INTO public.moved_users VALUES ('up-sbrsrusxm53obtvj7l4j', 'ada@undone.example', 1, '{mail}', '2026-11-28 23:18:04.983046+00', '{}', NULL);

INSERT INTO public.notices VALUES ('up-jtjlzaev5jfncd6oocr3-credit_check_required', 'waiting', 'credit_check_required', 'up-jtjlzaev5jfncd6oocr3', '2026-11-28 23:17:26.121477+00', '{"en": "Your upgrade to Premium needs a credit check, which ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until your users are moved, they keep full access to the current plan.", "zh-TW": "您升級至 Premium 需要進行信用檢查，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在移轉之前，使用者仍可完整存取目前的方案。"}');
INSERT INTO public.notices VALUES ('up-7gr6qzf2ndqqlqh35bw2-credit_check_required', 'declined', 'credit_check_required', 'up-7gr6qzf2ndqqlqh35bw2', '2026-11-28 23:17:28.472066+00', '{"en": "Your upgrade to Premium needs a credit check, which ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until your users are moved, they keep full access to the current plan.", "zh-TW": "您升級至 Premium 需要進行信用檢查，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在移轉之前，使用者仍可完整存取目前的方案。"}');
INSERT INTO public.notices VALUES ('up-7gr6qzf2ndqqlqh35bw2-credit_check_declined', 'declined', 'credit_check_declined', 'up-7gr6qzf2ndqqlqh35bw2', '2026-11-28 23:17:29.788513+00', '{"en": "The credit check for your upgrade to Premium was declined (reference CR-1). The upgrade has ended and nothing of your current plan has changed. You can order again with another payment method, or contact support.", "zh-TW": "您升級至 Premium 的信用檢查未獲核准（參考編號 CR-1）。此次升級已結束，您目前的方案沒有任何變更。您可以改用其他付款方式重新下單，或連絡支援人員。"}');
INSERT INTO public.notices VALUES ('up-gcoiga6tiqisaiodwbgs-credit_check_required', 'canceled', 'credit_check_required', 'up-gcoiga6tiqisaiodwbgs', '2026-11-28 23:17:32.44608+00', '{"en": "Your upgrade to Premium needs a credit check, which ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until your users are moved, they keep full access to the current plan.", "zh-TW": "您升級至 Premium 需要進行信用檢查，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在移轉之前，使用者仍可完整存取目前的方案。"}');
INSERT INTO public.notices VALUES ('up-gcoiga6tiqisaiodwbgs-upgrade_canceled', 'canceled', 'upgrade_canceled', 'up-gcoiga6tiqisaiodwbgs', '2026-11-28 23:17:34.171992+00', '{"en": "Your upgrade to Premium was canceled: another plan. Your users have the plan and the settings they had before, and nothing is charged.", "zh-TW": "您升級至 Premium 的作業已取消：another plan。使用者維持原有的方案與設定，且不會收取任何費用。"}');
INSERT INTO public.notices VALUES ('up-wu6xucmlfpoovkuemijr-upgrade_complete', 'complete', 'upgrade_complete', 'up-wu6xucmlfpoovkuemijr', '2026-11-28 23:17:40.363905+00', '{"en": "Your upgrade to Premium is complete. Users moved: 2.", "zh-TW": "您已完成升級至 Premium。已移轉的使用者：2 位。"}');
INSERT INTO public.notices VALUES ('up-wu6xucmlfpoovkuemijr-switches_not_kept', 'complete', 'switches_not_kept', 'up-wu6xucmlfpoovkuemijr', '2026-11-28 23:17:40.363905+00', '{"en": "All services of Premium are on for every user. Users who had services switched off before: 1. The list of these users lets you switch them off again.", "zh-TW": "Premium 的所有服務已對每位使用者開啟。先前曾關閉部分服務的使用者有 1 位，您可以依清單重新關閉這些服務。"}');
INSERT INTO public.notices VALUES ('up-nuvpzlozj4mraeh6k7e5-upgrade_complete', 'invoiced', 'upgrade_complete', 'up-nuvpzlozj4mraeh6k7e5', '2026-11-28 23:17:42.600603+00', '{"en": "Your upgrade to Premium is complete. Users moved: 2.", "zh-TW": "您已完成升級至 Premium。已移轉的使用者：2 位。"}');
INSERT INTO public.notices VALUES ('up-nuvpzlozj4mraeh6k7e5-switches_not_kept', 'invoiced', 'switches_not_kept', 'up-nuvpzlozj4mraeh6k7e5', '2026-11-28 23:17:42.600603+00', '{"en": "All services of Premium are on for every user. Users who had services switched off before: 1. The list of these users lets you switch them off again.", "zh-TW": "Premium 的所有服務已對每位使用者開啟。先前曾關閉部分服務的使用者有 1 位，您可以依清單重新關閉這些服務。"}');
INSERT INTO public.notices VALUES ('up-nuvpzlozj4mraeh6k7e5-invoice_issued', 'invoiced', 'invoice_issued', 'up-nuvpzlozj4mraeh6k7e5', '2026-12-11 08:00:00.018252+00', '{"en": "Invoice INV-00000001 for your upgrade to Premium has been issued. Total, after any credit for your old subscription: $90.00. To pay, after any account credit: $90.00.", "zh-TW": "您升級至 Premium 的發票 INV-00000001 已開立。總額（如有舊訂閱的折抵金額，已扣除）：US$90.00。應付金額（如有帳戶點數，已扣除）：US$90.00。"}');
INSERT INTO public.notices VALUES ('up-sbrsrusxm53obtvj7l4j-upgrade_undone', 'undone', 'upgrade_undone', 'up-sbrsrusxm53obtvj7l4j', '2026-11-28 23:18:04.983046+00', '{"en": "Your upgrade to Premium could not be completed and was undone. Your users have the plan and the settings they had before, and nothing is charged. You can order again, or contact support (reference up-sbrsrusxm53obtvj7l4j).", "zh-TW": "您升級至 Premium 的作業無法完成，已予復原。使用者維持原有的方案與設定，且不會收取任何費用。您可以重新下單，或連絡支援人員（參考編號 up-sbrsrusxm53obtvj7l4j）。"}');

INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (1, 'up-jtjlzaev5jfncd6oocr3-credit_check_required', 'up-jtjlzaev5jfncd6oocr3', 'waiting', '769');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (2, 'up-7gr6qzf2ndqqlqh35bw2-credit_check_required', 'up-7gr6qzf2ndqqlqh35bw2', 'declined', '773');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (3, 'up-7gr6qzf2ndqqlqh35bw2-credit_check_declined', 'up-7gr6qzf2ndqqlqh35bw2', 'declined', '776');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (4, 'up-gcoiga6tiqisaiodwbgs-credit_check_required', 'up-gcoiga6tiqisaiodwbgs', 'canceled', '780');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (5, 'up-gcoiga6tiqisaiodwbgs-upgrade_canceled', 'up-gcoiga6tiqisaiodwbgs', 'canceled', '783');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (6, 'up-wu6xucmlfpoovkuemijr-upgrade_complete', 'up-wu6xucmlfpoovkuemijr', 'complete', '797');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (7, 'up-wu6xucmlfpoovkuemijr-switches_not_kept', 'up-wu6xucmlfpoovkuemijr', 'complete', '797');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (8, 'up-nuvpzlozj4mraeh6k7e5-upgrade_complete', 'up-nuvpzlozj4mraeh6k7e5', 'invoiced', '804');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (9, 'up-nuvpzlozj4mraeh6k7e5-switches_not_kept', 'up-nuvpzlozj4mraeh6k7e5', 'invoiced', '804');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (10, 'up-nuvpzlozj4mraeh6k7e5-invoice_issued', 'up-nuvpzlozj4mraeh6k7e5', 'invoiced', '807');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (11, 'up-sbrsrusxm53obtvj7l4j-upgrade_undone', 'up-sbrsrusxm53obtvj7l4j', 'undone', '851');

INSERT INTO public.plans VALUES ('basic', '{"id": "basic", "kind": "plan", "name": "Basic", "sold": true, "prices": [{"annual": "72.00", "monthly": "6.00", "currency": "USD"}], "product": "basic", "audience": "commercial", "services": {"mail": 1}, "max_licenses": null}');
INSERT INTO public.plans VALUES ('standard', '{"id": "standard", "kind": "plan", "name": "Standard", "sold": true, "prices": [{"annual": "150.00", "monthly": "12.50", "currency": "USD"}], "product": "standard", "audience": "commercial", "services": {"apps": 1, "mail": 2}, "max_licenses": null}');
INSERT INTO public.plans VALUES ('premium', '{"id": "premium", "kind": "plan", "name": "Premium", "sold": true, "prices": [{"annual": "264.00", "monthly": "22.00", "currency": "USD"}], "product": "premium", "audience": "commercial", "services": {"apps": 1, "mail": 3}, "max_licenses": null}');

INSERT INTO public.policy VALUES (true, '{"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}');

INSERT INTO public.quotes VALUES ('q-378729f66a394b8fba8e', 'scheduled-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "29ce54ad9bf3d67cfb5afda85b184e36f630632a5d9d8c98e6ca7872f558d40d", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "scheduled-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-378729f66a394b8fba8e", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "scheduled", "created_at": "2026-11-28T23:17:22Z", "expires_at": "2026-12-05T23:17:22Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "scheduled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:17:22.207406+00');
INSERT INTO public.quotes VALUES ('q-dda97f89088d47bfa5f0', 'waiting-basic', '{"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "e7bf739db5f7200b6ba183aedd80962a405d8e993937f543e0b204bb5698e058", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "waiting-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-dda97f89088d47bfa5f0", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "waiting", "created_at": "2026-11-28T23:17:24Z", "expires_at": "2026-12-05T23:17:24Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "waiting-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:17:24.888543+00');
INSERT INTO public.quotes VALUES ('q-d52ff3f539fc41b58c77', 'declined-basic', '{"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "213b532be9748baa375ab3d44028063f8ab2d76517694eed858ada0e4a596952", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "declined-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-d52ff3f539fc41b58c77", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "declined", "created_at": "2026-11-28T23:17:26Z", "expires_at": "2026-12-05T23:17:26Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "declined-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:17:27.18307+00');
INSERT INTO public.quotes VALUES ('q-96d2948b512047a792a3', 'canceled-basic', '{"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "515a29f8d402ddc6c07c6b60c479b43614e7175aebeaa67a5f85497f71becd00", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "canceled-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-96d2948b512047a792a3", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "canceled", "created_at": "2026-11-28T23:17:30Z", "expires_at": "2026-12-05T23:17:30Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "canceled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:17:31.010264+00');
INSERT INTO public.quotes VALUES ('q-5fb4a3f37da74060ac23', 'refused-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "c6f9eb3b6ec5d9655769089cc9b52295050b0162cd5fb626d0fab89b594d625b", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "refused-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-5fb4a3f37da74060ac23", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "refused", "created_at": "2026-11-28T23:17:35Z", "expires_at": "2026-12-05T23:17:35Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "refused-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:17:35.638863+00');
INSERT INTO public.quotes VALUES ('q-f9fb60fa9dc04d928209', 'complete-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "8b5f8a0f4385e91e5bf1d942bfd9148d5eb2b5a2ee151441b7bdb722eb93495d", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "complete-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-f9fb60fa9dc04d928209", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "complete", "created_at": "2026-11-28T23:17:38Z", "expires_at": "2026-12-05T23:17:38Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "complete-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:17:39.086862+00');
INSERT INTO public.quotes VALUES ('q-3a43ca28ba9245d79e77', 'invoiced-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "de731699b1f8cf8f7327bdeab357f1e7d65acd3a4849fca1da565e6968b8e0aa", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "invoiced-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-3a43ca28ba9245d79e77", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "invoiced", "created_at": "2026-11-28T23:17:41Z", "expires_at": "2026-12-05T23:17:41Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "invoiced-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:17:41.34656+00');
INSERT INTO public.quotes VALUES ('q-d2ef5108714440058d9a', 'quoted-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "be6db20cf82027585e03622849196d1eeb4a1477478e6d391f7e2af6d99eb3d3", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "quoted-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-d2ef5108714440058d9a", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "quoted", "created_at": "2026-11-28T23:17:45Z", "expires_at": "2026-12-05T23:17:45Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "quoted-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:17:46.125756+00');
INSERT INTO public.quotes VALUES ('q-644e4c595df545cfa957', 'parked-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "b3ae1dff7204fe3928b845e7871a2d9717481e69c785e9ff1321e7aef256b424", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "parked-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-644e4c595df545cfa957", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "parked", "created_at": "2026-11-28T23:17:49Z", "expires_at": "2026-12-05T23:17:49Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "parked-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:17:50.240787+00');
INSERT INTO public.quotes VALUES ('q-517c3d6181ed4f7ab836', 'undone-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "84ba7e08e95abee09b55e367a904c408b9fa5766f3cdee677569c08107d27ee2", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "undone-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-517c3d6181ed4f7ab836", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "undone", "created_at": "2026-11-28T23:17:54Z", "expires_at": "2026-12-05T23:17:54Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "undone-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:17:54.375899+00');
INSERT INTO public.quotes VALUES ('q-a609beff6f8f4c71a9b0', 'byhand-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}], "total": "110.00", "digest": "6d955fa899717af6b35e77d13a9fe1695185a3af88f8c64c761f210b8a2a71a2", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 0, "plan_name": "Basic", "unit_price": "0", "cycle_anchor": "2026-11-18", "subscription_id": "byhand-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": {"old": "stays", "into": null, "users": 2, "listed": false, "switched_off": 1, "already_there": 0, "licenses_kept": null}, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-a609beff6f8f4c71a9b0", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "byhand", "created_at": "2026-11-28T23:18:07Z", "expires_at": "2026-12-05T23:18:07Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "0.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "byhand-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:18:07.981368+00');

INSERT INTO public.services VALUES ('mail', '{"id": "mail", "name": "Mail", "data_related": true}');
INSERT INTO public.services VALUES ('apps', '{"id": "apps", "name": "Office apps", "data_related": false}');

INSERT INTO public.streams VALUES ('subscription-scheduled-basic', 1, '7d1319632246196629fdbaa1c8facfb7503ec2c9e6b107a1973e5f9727257b08');
INSERT INTO public.streams VALUES ('subscription-waiting-basic', 1, '848045b82f09d8bd214ce59ef9d5888322c9c15023e2020ecd72b2f69caa003d');
INSERT INTO public.streams VALUES ('subscription-declined-basic', 1, '9bcf8bea44a6813e76c5c9bae8b3ab32ec06fa741fb834f509a0ddf81ec7d125');
INSERT INTO public.streams VALUES ('subscription-canceled-basic', 1, 'dffceec2588fd672342d020c98bedfa3fdef5d4d1550827e966159cb8b2df9b0');
INSERT INTO public.streams VALUES ('subscription-quoted-basic', 1, '920775dd25c12836e486be80b0322cf9b090c475967609810515071d9b4dfe88');
INSERT INTO public.streams VALUES ('subscription-byhand-basic', 1, '84630643e7af3615169366b9dd8a40f6302f66fb08eae17cc1ee30bb6f799e3b');
INSERT INTO public.streams VALUES ('upgrade-up-pfpr2xcpcj44zzj4cxgp', 2, '24b2224edaf0389b7f50db68428666d2e307910c240e71300be6f4eb46ca3b13');
INSERT INTO public.streams VALUES ('upgrade-up-jtjlzaev5jfncd6oocr3', 2, 'bf107204de28a228299df65b9b3cbd622da1e07ca84c2766834ff03ef354a5de');
INSERT INTO public.streams VALUES ('upgrade-up-7gr6qzf2ndqqlqh35bw2', 3, '81191dc5ac28fc5566b15a751ad35fda40a8b0cfc35f1ce534855cc02aba7eac');
INSERT INTO public.streams VALUES ('upgrade-up-sbrsrusxm53obtvj7l4j', 10, 'abf58f270e2f87d12b566b4de54d364a0d9a8873283d0aa65493a9c771c37f7e');
INSERT INTO public.streams VALUES ('upgrade-up-gcoiga6tiqisaiodwbgs', 3, 'b43e6d04e2058d5a9d99602a0f4755874beb8d0034cbd15b782acd8b13409efb');
INSERT INTO public.streams VALUES ('subscription-refused-basic', 2, '6cfdd38b47c719a9f8a3b7958e14bf9a481e5f38f5f803aa63960bdeafdf14d1');
INSERT INTO public.streams VALUES ('upgrade-up-rrkh5t5xafrojjzykxzv', 2, 'c06115c04bf666d98d641227709daccfa966a7e5799016a3106b7d1435645bb5');
INSERT INTO public.streams VALUES ('subscription-sub-sbrsrusxm53obtvj7l4j', 2, '841ed42d7a4e67b2012f23e1e95b07995290157deb1a8d77b0c47b0324aa0519');
INSERT INTO public.streams VALUES ('subscription-undone-basic', 3, 'e750c5d0e01f1005eb516ac023d61609e53807c73a758a5230be8e6683fafaee');
INSERT INTO public.streams VALUES ('upgrade-up-wu6xucmlfpoovkuemijr', 6, '416535125d34a8cf1af25203b1cc34e52efb21eb2e4eb722c5b7a74011259394');
INSERT INTO public.streams VALUES ('subscription-complete-basic', 3, 'd6f53973bba5eafef367752df0221fe7276d50dfbae385865d23a70f832b2d48');
INSERT INTO public.streams VALUES ('subscription-sub-wu6xucmlfpoovkuemijr', 2, 'e382c100df247d337fa8175bce7558414e08baa118245f730def8e5608c55106');
INSERT INTO public.streams VALUES ('subscription-invoiced-basic', 3, '628b07ad37b74eaa8c825f47b7078939b045debbe53b780daf5dc2f60a2ee6ef');
INSERT INTO public.streams VALUES ('subscription-sub-nuvpzlozj4mraeh6k7e5', 2, '0d85b93a27ee72b84de9d82f06f0abc8155665e68ffe51a766530b504024b981');
INSERT INTO public.streams VALUES ('upgrade-up-nuvpzlozj4mraeh6k7e5', 7, '09392df32707035968eded399c98eb474c104de57bee20886572773e2fe8aa4b');
INSERT INTO public.streams VALUES ('subscription-parked-basic', 2, 'c4b4ff794efd9874a5ac62837c7f36fb0d72b44c3dd25e1b2a3a3b0edc119e58');
INSERT INTO public.streams VALUES ('subscription-sub-gsuwl7bdlui3qisli2qy', 1, '755608c9b0fcc78270e405794caca745bf4b2e8505c406ae5bc043a9d5a37c39');
INSERT INTO public.streams VALUES ('upgrade-up-gsuwl7bdlui3qisli2qy', 6, '2eb12d73d7a31d5e94e14d0ffd2603920b724b0689e8e98d8b8d68eae50a8da5');

INSERT INTO public.subscriptions VALUES ('scheduled-basic', 'scheduled', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('waiting-basic', 'waiting', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('declined-basic', 'declined', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('canceled-basic', 'canceled', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('quoted-basic', 'quoted', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('byhand-basic', 'byhand', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('refused-basic', 'refused', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, 5.00, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('complete-basic', 'complete', 'basic', 5, 'canceled', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, false, NULL, NULL, 'up-wu6xucmlfpoovkuemijr', '2026-11-28', 0, 0, NULL);
INSERT INTO public.subscriptions VALUES ('sub-wu6xucmlfpoovkuemijr', 'complete', 'premium', 5, 'active', 'monthly', '2026-11-28', 22.00, NULL, NULL, '[]', NULL, true, 'up-wu6xucmlfpoovkuemijr', NULL, NULL, NULL, 2, 0, NULL);
INSERT INTO public.subscriptions VALUES ('invoiced-basic', 'invoiced', 'basic', 5, 'canceled', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, false, NULL, NULL, 'up-nuvpzlozj4mraeh6k7e5', '2026-11-28', 0, 0, NULL);
INSERT INTO public.subscriptions VALUES ('sub-nuvpzlozj4mraeh6k7e5', 'invoiced', 'premium', 5, 'active', 'monthly', '2026-11-28', 22.00, NULL, NULL, '[]', NULL, true, 'up-nuvpzlozj4mraeh6k7e5', NULL, NULL, NULL, 2, 0, NULL);
INSERT INTO public.subscriptions VALUES ('parked-basic', 'parked', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, 'up-gsuwl7bdlui3qisli2qy', NULL, NULL, 1, 0, '2026-11-29 00:17:52.325164+00');
INSERT INTO public.subscriptions VALUES ('sub-gsuwl7bdlui3qisli2qy', 'parked', 'premium', 5, 'active', 'monthly', '2026-11-28', 22.00, NULL, NULL, '[]', NULL, false, 'up-gsuwl7bdlui3qisli2qy', 'up-gsuwl7bdlui3qisli2qy', NULL, NULL, 1, 0, '2026-11-29 00:17:52.325164+00');
INSERT INTO public.subscriptions VALUES ('sub-sbrsrusxm53obtvj7l4j', 'undone', 'premium', 5, 'canceled', 'monthly', '2026-11-28', 22.00, NULL, NULL, '[]', NULL, false, 'up-sbrsrusxm53obtvj7l4j', NULL, 'up-sbrsrusxm53obtvj7l4j', NULL, 0, 0, NULL);
INSERT INTO public.subscriptions VALUES ('undone-basic', 'undone', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);

INSERT INTO public.tenants VALUES ('scheduled', '{"id": "scheduled", "name": "Scheduled", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('waiting', '{"id": "waiting", "name": "Waiting", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('declined', '{"id": "declined", "name": "Declined", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('canceled', '{"id": "canceled", "name": "Canceled", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('refused', '{"id": "refused", "name": "Refused", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('complete', '{"id": "complete", "name": "Complete", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('invoiced', '{"id": "invoiced", "name": "Invoiced", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('quoted', '{"id": "quoted", "name": "Quoted", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('parked', '{"id": "parked", "name": "Parked", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('undone', '{"id": "undone", "name": "Undone", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('byhand', '{"id": "byhand", "name": "Byhand", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');

INSERT INTO public.upgrades VALUES ('up-pfpr2xcpcj44zzj4cxgp', 'scheduled', 'scheduled-basic', 'q-378729f66a394b8fba8e', 'scheduled', true, '2026-12-18 08:00:00+00', 'uc4bf2hdjk6z62vytixm', '{"alert": null, "stage": "scheduled", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 2, "alert_at": null, "deadline": "2026-12-18T08:00:00Z", "quote_id": "q-378729f66a394b8fba8e", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:17:23.451909Z", "stage": "checking"}, {"at": "2026-11-28T23:17:23.451909Z", "stage": "scheduled"}], "attention": null, "placed_at": "2026-11-28T23:17:23.451909Z", "tenant_id": "scheduled", "upgrade_id": "up-pfpr2xcpcj44zzj4cxgp", "expected_by": null, "workflow_id": "plan-upgrade-up-pfpr2xcpcj44zzj4cxgp", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "scheduled-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-jtjlzaev5jfncd6oocr3', 'waiting', 'waiting-basic', 'q-dda97f89088d47bfa5f0', 'awaiting_credit_check', true, '2026-12-02 08:00:00+00', 'xzeowgnabymkl5fe4lgl', '{"alert": null, "stage": "awaiting_credit_check", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 2, "alert_at": "2026-12-02T04:00:00Z", "deadline": "2026-12-02T08:00:00Z", "quote_id": "q-dda97f89088d47bfa5f0", "refusals": [], "reviewer": "operators", "timeline": [{"at": "2026-11-28T23:17:26.121477Z", "stage": "checking"}, {"at": "2026-11-28T23:17:26.121477Z", "stage": "awaiting_credit_check"}], "attention": null, "placed_at": "2026-11-28T23:17:26.121477Z", "tenant_id": "waiting", "upgrade_id": "up-jtjlzaev5jfncd6oocr3", "expected_by": null, "workflow_id": "plan-upgrade-up-jtjlzaev5jfncd6oocr3", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "waiting-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-7gr6qzf2ndqqlqh35bw2', 'declined', 'declined-basic', 'q-d52ff3f539fc41b58c77', 'declined', false, NULL, 'smne3znmkrlja7rgdkia', '{"alert": null, "stage": "declined", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 3, "alert_at": null, "deadline": null, "quote_id": "q-d52ff3f539fc41b58c77", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:17:28.472066Z", "stage": "checking"}, {"at": "2026-11-28T23:17:28.472066Z", "stage": "awaiting_credit_check"}, {"at": "2026-11-28T23:17:29.788513Z", "stage": "declined"}], "attention": null, "placed_at": "2026-11-28T23:17:28.472066Z", "tenant_id": "declined", "upgrade_id": "up-7gr6qzf2ndqqlqh35bw2", "expected_by": null, "workflow_id": "plan-upgrade-up-7gr6qzf2ndqqlqh35bw2", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "declined-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-gcoiga6tiqisaiodwbgs', 'canceled', 'canceled-basic', 'q-96d2948b512047a792a3', 'canceled', false, NULL, '2vbsgh4einwgmdlecegi', '{"alert": null, "stage": "canceled", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": "another plan", "undoing": false, "version": 3, "alert_at": null, "deadline": null, "quote_id": "q-96d2948b512047a792a3", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:17:32.446080Z", "stage": "checking"}, {"at": "2026-11-28T23:17:32.446080Z", "stage": "awaiting_credit_check"}, {"at": "2026-11-28T23:17:34.171992Z", "stage": "canceled"}], "attention": null, "placed_at": "2026-11-28T23:17:32.446080Z", "tenant_id": "canceled", "upgrade_id": "up-gcoiga6tiqisaiodwbgs", "expected_by": null, "workflow_id": "plan-upgrade-up-gcoiga6tiqisaiodwbgs", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "canceled-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-rrkh5t5xafrojjzykxzv', 'refused', 'refused-basic', 'q-5fb4a3f37da74060ac23', 'refused', false, NULL, 'pifta5426lhok5zwfika', '{"alert": null, "stage": "refused", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 2, "alert_at": null, "deadline": null, "quote_id": "q-5fb4a3f37da74060ac23", "refusals": [{"code": "unpaid_balance", "remedy": {"text": {"en": "Pay the balance now. After the payment has been made, check again.", "zh-TW": "請立即支付餘額。付款完成之後，請再次檢查。"}, "action": "pay_now", "retry_after": null}, "message": {"en": "The subscription refused-basic has an unpaid balance of $5.00.", "zh-TW": "訂閱 refused-basic 有未付款的餘額 US$5.00。"}, "evidence": {"currency": "USD", "balance_due": "5.00", "subscription_id": "refused-basic"}, "temporary": false}], "reviewer": null, "timeline": [{"at": "2026-11-28T23:17:37.651751Z", "stage": "checking"}, {"at": "2026-11-28T23:17:37.651751Z", "stage": "refused"}], "attention": null, "placed_at": "2026-11-28T23:17:37.651751Z", "tenant_id": "refused", "upgrade_id": "up-rrkh5t5xafrojjzykxzv", "expected_by": null, "workflow_id": "plan-upgrade-up-rrkh5t5xafrojjzykxzv", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "refused-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-wu6xucmlfpoovkuemijr', 'complete', 'complete-basic', 'q-f9fb60fa9dc04d928209', 'awaiting_invoice', false, '2026-12-11 08:00:00+00', 'rm7e3cv5mu4xbgouyqtd', '{"alert": null, "stage": "awaiting_invoice", "users": {"moved": 2, "total": 2, "failed": 0, "skipped": 0, "remaining": 0, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 6, "alert_at": null, "deadline": "2026-12-11T08:00:00Z", "quote_id": "q-f9fb60fa9dc04d928209", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:17:40.253182Z", "stage": "checking"}, {"at": "2026-11-28T23:17:40.253182Z", "stage": "moving_users"}, {"at": "2026-11-28T23:17:40.285278Z", "stage": "switching_billing"}, {"at": "2026-11-28T23:17:40.363905Z", "stage": "awaiting_invoice"}], "attention": null, "placed_at": "2026-11-28T23:17:40.253182Z", "tenant_id": "complete", "upgrade_id": "up-wu6xucmlfpoovkuemijr", "expected_by": null, "workflow_id": "plan-upgrade-up-wu6xucmlfpoovkuemijr", "completed_at": "2026-11-28T23:17:40.363905Z", "invoice_number": null, "target_plan_id": "premium", "subscription_id": "complete-basic", "new_subscription_id": "sub-wu6xucmlfpoovkuemijr"}');
INSERT INTO public.upgrades VALUES ('up-nuvpzlozj4mraeh6k7e5', 'invoiced', 'invoiced-basic', 'q-3a43ca28ba9245d79e77', 'invoiced', false, NULL, 'ttprp3sh3ahoy3cdfntu', '{"alert": null, "stage": "invoiced", "users": {"moved": 2, "total": 2, "failed": 0, "skipped": 0, "remaining": 0, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 7, "alert_at": null, "deadline": null, "quote_id": "q-3a43ca28ba9245d79e77", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:17:42.511100Z", "stage": "checking"}, {"at": "2026-11-28T23:17:42.511100Z", "stage": "moving_users"}, {"at": "2026-11-28T23:17:42.538714Z", "stage": "switching_billing"}, {"at": "2026-11-28T23:17:42.600603Z", "stage": "awaiting_invoice"}, {"at": "2026-12-11T08:00:00.018252Z", "stage": "invoiced"}], "attention": null, "placed_at": "2026-11-28T23:17:42.511100Z", "tenant_id": "invoiced", "upgrade_id": "up-nuvpzlozj4mraeh6k7e5", "expected_by": null, "workflow_id": "plan-upgrade-up-nuvpzlozj4mraeh6k7e5", "completed_at": "2026-11-28T23:17:42.600603Z", "invoice_number": "INV-00000001", "target_plan_id": "premium", "subscription_id": "invoiced-basic", "new_subscription_id": "sub-nuvpzlozj4mraeh6k7e5"}');
INSERT INTO public.upgrades VALUES ('up-gsuwl7bdlui3qisli2qy', 'parked', 'parked-basic', 'q-644e4c595df545cfa957', 'needs_attention', true, NULL, 'dmqbatobnmcdx6fc67by', '{"alert": null, "stage": "needs_attention", "users": {"moved": 1, "total": 2, "failed": 1, "skipped": 0, "remaining": 0, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 6, "alert_at": "2026-11-29T00:17:52.306446Z", "deadline": null, "quote_id": "q-644e4c595df545cfa957", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:17:52.306446Z", "stage": "checking"}, {"at": "2026-11-28T23:17:52.306446Z", "stage": "moving_users"}, {"at": "2026-11-28T23:17:55.708028Z", "stage": "needs_attention"}], "attention": {"step": "move-users", "cause": "users_failed: 1 users cannot be moved: 1 legal_hold", "continue_with": ["starter.py retry up-gsuwl7bdlui3qisli2qy", "starter.py undo up-gsuwl7bdlui3qisli2qy --reason \"WHY\"", "starter.py skip up-gsuwl7bdlui3qisli2qy --all-failed --reason \"WHY\""]}, "placed_at": "2026-11-28T23:17:52.306446Z", "tenant_id": "parked", "upgrade_id": "up-gsuwl7bdlui3qisli2qy", "expected_by": "2026-11-29T00:17:52.306446Z", "workflow_id": "plan-upgrade-up-gsuwl7bdlui3qisli2qy", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "parked-basic", "new_subscription_id": "sub-gsuwl7bdlui3qisli2qy"}');
INSERT INTO public.upgrades VALUES ('up-sbrsrusxm53obtvj7l4j', 'undone', 'undone-basic', 'q-517c3d6181ed4f7ab836', 'undone', false, NULL, 'y42lkrf27dcjyoziefpm', '{"alert": null, "stage": "undone", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": "not now", "undoing": false, "version": 10, "alert_at": null, "deadline": null, "quote_id": "q-517c3d6181ed4f7ab836", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:17:56.363676Z", "stage": "checking"}, {"at": "2026-11-28T23:17:56.363676Z", "stage": "moving_users"}, {"at": "2026-11-28T23:17:59.671361Z", "stage": "needs_attention"}, {"at": "2026-11-28T23:18:04.972180Z", "stage": "moving_users"}, {"at": "2026-11-28T23:18:04.983046Z", "stage": "undone"}], "attention": null, "placed_at": "2026-11-28T23:17:56.363676Z", "tenant_id": "undone", "upgrade_id": "up-sbrsrusxm53obtvj7l4j", "expected_by": null, "workflow_id": "plan-upgrade-up-sbrsrusxm53obtvj7l4j", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "undone-basic", "new_subscription_id": "sub-sbrsrusxm53obtvj7l4j"}');

INSERT INTO public.user_blocks VALUES ('parked-basic', 'bob@parked.example', 'legal_hold', '', '2026-11-28 23:17:47.346579+00');
INSERT INTO public.user_blocks VALUES ('undone-basic', 'bob@undone.example', 'legal_hold', '', '2026-11-28 23:17:48.784175+00');

SELECT pg_catalog.setval('public.deliveries_delivery_id_seq', 1, false);

SELECT pg_catalog.setval('public.events_global_position_seq', 67, true);

SELECT pg_catalog.setval('public.license_changes_position_seq', 1, false);

SELECT pg_catalog.setval('public.outbox_position_seq', 11, true);

ALTER TABLE ONLY public.account_credits
    ADD CONSTRAINT account_credits_pkey PRIMARY KEY (upgrade_id);

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_pkey PRIMARY KEY (subscription_id, user_id);

ALTER TABLE ONLY public.credit_callbacks
    ADD CONSTRAINT credit_callbacks_pkey PRIMARY KEY (callback_id);

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_endpoint_id_notice_id_key UNIQUE (endpoint_id, notice_id);

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (delivery_id);

ALTER TABLE ONLY public.dropped_licenses
    ADD CONSTRAINT dropped_licenses_pkey PRIMARY KEY (upgrade_id, user_id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (global_position);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_command_id_command_index_key UNIQUE (stream, command_id, command_index);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_version_key UNIQUE (stream, version);

ALTER TABLE ONLY public.failed_users
    ADD CONSTRAINT failed_users_pkey PRIMARY KEY (upgrade_id, user_id);

ALTER TABLE ONLY public.followers
    ADD CONSTRAINT followers_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT incidents_pkey PRIMARY KEY (service_id, reference);

ALTER TABLE ONLY public.invoice_numbers
    ADD CONSTRAINT invoice_numbers_pkey PRIMARY KEY (seller);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_pkey PRIMARY KEY (seller, number);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_upgrade_id_key UNIQUE (upgrade_id);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_pkey PRIMARY KEY (upgrade_id, entry);

ALTER TABLE ONLY public.license_changes
    ADD CONSTRAINT license_changes_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.move_batches
    ADD CONSTRAINT move_batches_pkey PRIMARY KEY (upgrade_id, batch);

ALTER TABLE ONLY public.moved_users
    ADD CONSTRAINT moved_users_pkey PRIMARY KEY (upgrade_id, user_id, batch);

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (notice_id);

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_upgrade_id_kind_key UNIQUE (upgrade_id, kind);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_notice_id_key UNIQUE (notice_id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (plan_id);

ALTER TABLE ONLY public.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (only_one);

ALTER TABLE ONLY public.quotes
    ADD CONSTRAINT quotes_pkey PRIMARY KEY (quote_id);

ALTER TABLE ONLY public.retired_webhook_secrets
    ADD CONSTRAINT retired_webhook_secrets_pkey PRIMARY KEY (endpoint_id, secret);

ALTER TABLE ONLY public.services
    ADD CONSTRAINT services_pkey PRIMARY KEY (service_id);

ALTER TABLE ONLY public.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (stream);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_pkey PRIMARY KEY (subscription_id);

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.upgrades
    ADD CONSTRAINT upgrades_pkey PRIMARY KEY (upgrade_id);

ALTER TABLE ONLY public.user_blocks
    ADD CONSTRAINT user_blocks_pkey PRIMARY KEY (subscription_id, user_id);

ALTER TABLE ONLY public.users_to_move
    ADD CONSTRAINT users_to_move_pkey PRIMARY KEY (quote_id, user_id);

ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (endpoint_id);

CREATE INDEX deliveries_dead ON public.deliveries USING btree (settled_at) WHERE (state = 'dead'::text);

CREATE INDEX deliveries_due ON public.deliveries USING btree (endpoint_id, next_attempt_at) WHERE (state = 'pending'::text);

CREATE INDEX deliveries_waiting ON public.deliveries USING btree (endpoint_id, upgrade_id, "position") WHERE (state = 'pending'::text);

CREATE INDEX events_in_commit_order ON public.events USING btree (transaction_id, global_position);

CREATE INDEX ledger_of_credit ON public.ledger_entries USING btree (credit_of) WHERE (credit_of IS NOT NULL);

CREATE INDEX ledger_of_tenant ON public.ledger_entries USING btree (tenant_id, account);

CREATE INDEX license_changes_of_user ON public.license_changes USING btree (subscription_id, user_id);

CREATE INDEX move_batches_into ON public.move_batches USING btree (new_subscription_id);

CREATE INDEX notices_of_tenant ON public.notices USING btree (tenant_id, created_at);

CREATE UNIQUE INDEX one_endpoint_per_tenant_and_url ON public.webhook_endpoints USING btree (tenant_id, url) WHERE (removed_at IS NULL);

CREATE UNIQUE INDEX one_open_upgrade_per_subscription ON public.upgrades USING btree (subscription_id) WHERE is_open;

CREATE UNIQUE INDEX one_open_upgrade_per_tenant ON public.upgrades USING btree (tenant_id) WHERE is_open;

CREATE INDEX open_account_credits ON public.account_credits USING btree (tenant_id, currency, arisen_at, upgrade_id) WHERE (remaining_minor > 0);

CREATE INDEX open_incidents ON public.incidents USING btree (service_id, reference) WHERE (closed_at IS NULL);

CREATE INDEX outbox_of_transaction ON public.outbox USING btree (transaction_id);

CREATE INDEX subscriptions_of_tenant ON public.subscriptions USING btree (tenant_id);

CREATE INDEX upgrades_of_quote ON public.upgrades USING btree (quote_id);

CREATE INDEX upgrades_of_subscription ON public.upgrades USING btree (subscription_id);

CREATE TRIGGER account_credit_is_booked AFTER INSERT ON public.ledger_entries FOR EACH ROW WHEN ((new.account = 'account_credit'::text)) EXECUTE FUNCTION public.book_account_credit();

CREATE TRIGGER account_credits_are_not_truncated BEFORE TRUNCATE ON public.account_credits FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER account_credits_stay BEFORE DELETE ON public.account_credits FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER admin_changes_wait_for_moves BEFORE INSERT ON public.events FOR EACH ROW WHEN (public.is_admin_event(new.type)) EXECUTE FUNCTION public.require_free_hands();

CREATE TRIGGER assignments_added AFTER INSERT ON public.assignments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_added_assignments();

CREATE TRIGGER assignments_changed AFTER UPDATE ON public.assignments REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_assignments();

CREATE TRIGGER assignments_log_joins AFTER INSERT ON public.assignments REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.log_license_changes('joined');

CREATE TRIGGER assignments_log_leaves AFTER DELETE ON public.assignments REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.log_license_changes('left');

CREATE TRIGGER assignments_log_switches AFTER UPDATE OF disabled_services ON public.assignments FOR EACH ROW WHEN (((old.subscription_id = new.subscription_id) AND (old.disabled_services IS DISTINCT FROM new.disabled_services))) EXECUTE FUNCTION public.log_switches();

CREATE TRIGGER assignments_note_who_left AFTER DELETE ON public.assignments REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION public.note_who_left();

CREATE TRIGGER assignments_removed AFTER DELETE ON public.assignments REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION public.count_removed_assignments();

CREATE TRIGGER capacity_is_kept AFTER INSERT ON public.upgrades FOR EACH ROW WHEN (new.is_open) EXECUTE FUNCTION public.require_a_place();

CREATE TRIGGER credit_callbacks_are_not_truncated BEFORE TRUNCATE ON public.credit_callbacks FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER credit_callbacks_keep_their_body BEFORE UPDATE ON public.credit_callbacks FOR EACH ROW EXECUTE FUNCTION public.refuse_another_body();

CREATE TRIGGER credit_callbacks_stay BEFORE DELETE ON public.credit_callbacks FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER events_are_not_truncated BEFORE TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER events_stay BEFORE DELETE OR UPDATE ON public.events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoice_numbers_are_not_truncated BEFORE TRUNCATE ON public.invoice_numbers FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoice_numbers_grow_by_one BEFORE INSERT OR UPDATE ON public.invoice_numbers FOR EACH ROW EXECUTE FUNCTION public.require_next_number();

CREATE TRIGGER invoice_numbers_stay BEFORE DELETE ON public.invoice_numbers FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoices_are_not_truncated BEFORE TRUNCATE ON public.invoices FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoices_have_the_number_just_taken BEFORE INSERT ON public.invoices FOR EACH ROW EXECUTE FUNCTION public.require_number_just_taken();

CREATE TRIGGER invoices_stay BEFORE DELETE OR UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER ledger_balances AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.require_balance();

CREATE TRIGGER ledger_entries_stay BEFORE DELETE OR UPDATE ON public.ledger_entries FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER ledger_is_not_truncated BEFORE TRUNCATE ON public.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER license_changes_are_not_truncated BEFORE TRUNCATE ON public.license_changes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER license_changes_stay BEFORE DELETE OR UPDATE ON public.license_changes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER move_batches_are_not_truncated BEFORE TRUNCATE ON public.move_batches FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER move_batches_stay BEFORE DELETE OR UPDATE ON public.move_batches FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER moved_users_hold_a_license AFTER INSERT ON public.moved_users REFERENCING NEW TABLE AS noted FOR EACH STATEMENT EXECUTE FUNCTION public.require_moved_users_hold_a_license();

CREATE TRIGGER notices_are_not_truncated BEFORE TRUNCATE ON public.notices FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER notices_go_out AFTER INSERT ON public.notices FOR EACH ROW EXECUTE FUNCTION public.send_notice();

CREATE TRIGGER notices_stay BEFORE DELETE OR UPDATE ON public.notices FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER numbers_have_an_invoice AFTER INSERT OR UPDATE ON public.invoice_numbers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.require_invoice_of_number();

CREATE TRIGGER outbox_is_not_truncated BEFORE TRUNCATE ON public.outbox FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER outbox_stays BEFORE DELETE OR UPDATE ON public.outbox FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER quotes_are_not_truncated BEFORE TRUNCATE ON public.quotes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER quotes_stay BEFORE DELETE OR UPDATE ON public.quotes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER subscriptions_with_users_stay BEFORE DELETE ON public.subscriptions FOR EACH ROW WHEN ((old.assigned <> 0)) EXECUTE FUNCTION public.keep_subscription_with_users();

CREATE TRIGGER targets_are_alive AFTER INSERT ON public.upgrades FOR EACH ROW WHEN ((new.is_open AND ((new.view #>> '{change,into}'::text[]) IS NOT NULL))) EXECUTE FUNCTION public.require_a_living_target();

CREATE TRIGGER users_to_move_are_not_truncated BEFORE TRUNCATE ON public.users_to_move FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER users_to_move_stay BEFORE DELETE OR UPDATE ON public.users_to_move FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER webhook_secrets_retire AFTER UPDATE OF secret ON public.webhook_endpoints FOR EACH ROW WHEN ((old.secret <> new.secret)) EXECUTE FUNCTION public.retire_webhook_secret();

CREATE TRIGGER who_stays_has_a_license AFTER UPDATE OF licenses ON public.subscriptions FOR EACH ROW WHEN (((old.locked_by IS NOT NULL) AND (new.locked_by IS NULL) AND (new.licenses < old.licenses) AND (new.licenses < new.assigned))) EXECUTE FUNCTION public.require_licenses_for_who_stays();

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES public.webhook_endpoints(endpoint_id);

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES public.notices(notice_id);

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_position_fkey FOREIGN KEY ("position") REFERENCES public.outbox("position");

ALTER TABLE ONLY public.dropped_licenses
    ADD CONSTRAINT dropped_licenses_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(subscription_id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_fkey FOREIGN KEY (stream) REFERENCES public.streams(stream);

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT incidents_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.services(service_id);

ALTER TABLE ONLY public.move_batches
    ADD CONSTRAINT move_batches_new_subscription_id_fkey FOREIGN KEY (new_subscription_id) REFERENCES public.subscriptions(subscription_id);

ALTER TABLE ONLY public.move_batches
    ADD CONSTRAINT move_batches_old_subscription_id_fkey FOREIGN KEY (old_subscription_id) REFERENCES public.subscriptions(subscription_id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES public.notices(notice_id);

ALTER TABLE ONLY public.quotes
    ADD CONSTRAINT quotes_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(subscription_id);

ALTER TABLE ONLY public.retired_webhook_secrets
    ADD CONSTRAINT retired_webhook_secrets_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES public.webhook_endpoints(endpoint_id);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(plan_id);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.user_blocks
    ADD CONSTRAINT user_blocks_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(subscription_id);

ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);
