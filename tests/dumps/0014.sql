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
    CONSTRAINT ended_stays_canceled CHECK (((ended_by IS NULL) OR ((status = 'canceled'::text) AND (NOT billed)))),
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
    RETURN (type = ANY (ARRAY['LicenseAssigned'::text, 'LicenseUnassigned'::text, 'LicensesSet'::text, 'BalancePaid'::text, 'SubscriptionBlocked'::text, 'SubscriptionUnblocked'::text, 'SubscriptionActivated'::text, 'AddOnAdded'::text, 'AddOnRemoved'::text, 'SubscriptionClosed'::text, 'SubscriptionRevised'::text]));

CREATE FUNCTION public.keep_currency_of_tenant() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if exists (select from subscriptions s where s.tenant_id = new.tenant_id) then
        raise exception 'tenant % has subscriptions in %', new.tenant_id, old.body ->> 'currency'
            using errcode = 'check_violation', constraint = 'tenants_keep_their_currency';
    end if;
    return new;
end
$$;

CREATE FUNCTION public.keep_subscription_with_users() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'subscription % has users: it cannot be removed', old.subscription_id
        using errcode = 'foreign_key_violation', constraint = 'assignments_subscription_id_fkey';
end
$$;

CREATE FUNCTION public.keep_tenant_of_subscription() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'subscription % belongs to tenant %, not to %', old.subscription_id,
        old.tenant_id, new.tenant_id
        using errcode = 'check_violation', constraint = 'subscriptions_keep_their_tenant';
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
INSERT INTO public.assignments VALUES ('sub-q5jvknxqhst7bgf2236x', 'ada@complete.example', '{}');
INSERT INTO public.assignments VALUES ('sub-q5jvknxqhst7bgf2236x', 'bob@complete.example', '{}');
INSERT INTO public.assignments VALUES ('sub-nwrnv5t4obxrvifx4ql7', 'ada@invoiced.example', '{}');
INSERT INTO public.assignments VALUES ('sub-nwrnv5t4obxrvifx4ql7', 'bob@invoiced.example', '{}');
INSERT INTO public.assignments VALUES ('sub-jpq3spgbgboiezemqcgf', 'ada@parked.example', '{}');
INSERT INTO public.assignments VALUES ('undone-basic', 'ada@undone.example', '{mail}');

INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (1, 'subscription-scheduled-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:18:29.846791Z", "subscription": {"id": "scheduled-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "scheduled", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:29.903955+00', '761', 'import-1', 1, '', 'dad85651cfdc20462b3f81fc6bc0a209df46bb4b3b3a0766ae70baa848964704');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (2, 'subscription-waiting-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:18:29.846791Z", "subscription": {"id": "waiting-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "waiting", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:29.904443+00', '761', 'import-1', 1, '', 'c3704c9ee2cdc873e8fc7ba1bec184a8db59d9fecda3bf813602e3b9eda79d2e');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (3, 'subscription-declined-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:18:29.846791Z", "subscription": {"id": "declined-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "declined", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:29.904639+00', '761', 'import-1', 1, '', 'c23c911e60c6190d4f2c2b8cc67e45fb6b800194c366f64f9df56f4fe8c42ab6');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (4, 'subscription-canceled-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:18:29.846791Z", "subscription": {"id": "canceled-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "canceled", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:29.904803+00', '761', 'import-1', 1, '', 'b9443ba8490f1ea44d93adc65fd0842ed1869dab837cf8c9bbfeece55045bbba');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (5, 'subscription-refused-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:18:29.846791Z", "subscription": {"id": "refused-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "refused", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:29.904967+00', '761', 'import-1', 1, '', '3d83cc6df5d22f897acb94468303a6fd4598255ce53f922e7fd73bbc3b1a129c');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (6, 'subscription-complete-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:18:29.846791Z", "subscription": {"id": "complete-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "complete", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:29.905121+00', '761', 'import-1', 1, '', '8bec4a04f59310acac4bdc19d5ec2f703449cf446fee25994211edc811564696');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (7, 'subscription-invoiced-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:18:29.846791Z", "subscription": {"id": "invoiced-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "invoiced", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:29.905236+00', '761', 'import-1', 1, '', 'dfdcf99e358beddf15ecb8d1efd8437685a9232becf5fc56f4a61f2b0091049e');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (8, 'subscription-quoted-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:18:29.846791Z", "subscription": {"id": "quoted-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "quoted", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:29.905317+00', '761', 'import-1', 1, '', '6f8f011065819d762382d559e328ad1d299cace861c052b33b6587f3953a99ae');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (9, 'subscription-parked-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:18:29.846791Z", "subscription": {"id": "parked-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "parked", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:29.905389+00', '761', 'import-1', 1, '', '662030dbbf086cc43bee95ebdc86373f091c175c28ec851dadff2cda0524c632');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (10, 'subscription-undone-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:18:29.846791Z", "subscription": {"id": "undone-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "undone", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:29.905456+00', '761', 'import-1', 1, '', 'eccb84d29888acc4163feea4fc56a7753f45db8a4c4089bbff9c44ad5dd0df7d');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (11, 'subscription-byhand-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:18:29.846791Z", "subscription": {"id": "byhand-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "byhand", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:29.905523+00', '761', 'import-1', 1, '', 'c0b980381fb5d70a068a45e89d2916334345619e98e8555a9c3087327f83a6ce');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (12, 'upgrade-up-sflhconl2ztwle44orai', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:18:35.220940Z", "order": {"quote_id": "q-22f7138f262c49b68a7a", "schedule": "2026-12-18", "tenant_id": "scheduled", "upgrade_id": "up-sflhconl2ztwle44orai", "target_plan_id": "premium", "idempotency_key": "q-22f7138f262c49b68a7a", "subscription_id": "scheduled-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "29ce54ad9bf3d67cfb5afda85b184e36f630632a5d9d8c98e6ca7872f558d40d", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "scheduled-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-22f7138f262c49b68a7a", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "scheduled", "created_at": "2026-11-28T23:18:31Z", "expires_at": "2026-12-05T23:18:31Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "scheduled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-sflhconl2ztwle44orai"}', '2026-11-28 23:18:35.697027+00', '769', 'PlaceOrder', 1, '', '328cdfaa44563ac87fa813ad00a04ec2cf3bb52d39bb1fd768500e1d1a1b9438');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (13, 'upgrade-up-sflhconl2ztwle44orai', 2, 'UpgradeScheduled', 1, '{"at": "2026-11-28T23:18:35.220940Z", "starts_at": "2026-12-18T08:00:00Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-sflhconl2ztwle44orai"}', '2026-11-28 23:18:35.706004+00', '769', 'PlaceOrder', 2, '328cdfaa44563ac87fa813ad00a04ec2cf3bb52d39bb1fd768500e1d1a1b9438', 'ae55ec4f6ba28fa62fb022ae16ba5b951ec9fc8779b0668e49c17d1251949c11');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (14, 'upgrade-up-gdb7i242epnfqguiloe7', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:18:40.452359Z", "order": {"quote_id": "q-99feb62edd2640a0a892", "schedule": null, "tenant_id": "waiting", "upgrade_id": "up-gdb7i242epnfqguiloe7", "target_plan_id": "premium", "idempotency_key": "q-99feb62edd2640a0a892", "subscription_id": "waiting-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "e7bf739db5f7200b6ba183aedd80962a405d8e993937f543e0b204bb5698e058", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "waiting-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-99feb62edd2640a0a892", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "waiting", "created_at": "2026-11-28T23:18:37Z", "expires_at": "2026-12-05T23:18:37Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "waiting-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-gdb7i242epnfqguiloe7"}', '2026-11-28 23:18:40.513173+00', '775', 'PlaceOrder', 1, '', '324e2b47888f121d0bc55e7719bfea505ecfecb750746deeeae70fbd50b9429f');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (15, 'upgrade-up-gdb7i242epnfqguiloe7', 2, 'CreditCheckRequired', 1, '{"at": "2026-11-28T23:18:40.452359Z", "reasons": ["threshold_reached"], "calendar": "US", "deadline": "2026-12-02T08:00:00Z", "reviewer": "operators", "calendar_version": "holidays 0.108"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-gdb7i242epnfqguiloe7"}', '2026-11-28 23:18:40.517718+00', '775', 'PlaceOrder', 2, '324e2b47888f121d0bc55e7719bfea505ecfecb750746deeeae70fbd50b9429f', '3e762affe1f2f4edaf47eb9ebf8bae177a67d44b70fbc650b69ee8b1cc352e4a');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (16, 'upgrade-up-pgybwoiuothhklgpp4gb', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:18:45.823101Z", "order": {"quote_id": "q-4e382778ffad4ca1b669", "schedule": null, "tenant_id": "declined", "upgrade_id": "up-pgybwoiuothhklgpp4gb", "target_plan_id": "premium", "idempotency_key": "q-4e382778ffad4ca1b669", "subscription_id": "declined-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "213b532be9748baa375ab3d44028063f8ab2d76517694eed858ada0e4a596952", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "declined-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-4e382778ffad4ca1b669", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "declined", "created_at": "2026-11-28T23:18:43Z", "expires_at": "2026-12-05T23:18:43Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "declined-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-pgybwoiuothhklgpp4gb"}', '2026-11-28 23:18:45.884387+00', '783', 'PlaceOrder', 1, '', '8faa335a9e191937b49ea85f86db9e0eb067d31f465523b348d7ecb10e6335a0');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (17, 'upgrade-up-pgybwoiuothhklgpp4gb', 2, 'CreditCheckRequired', 1, '{"at": "2026-11-28T23:18:45.823101Z", "reasons": ["threshold_reached"], "calendar": "US", "deadline": "2026-12-02T08:00:00Z", "reviewer": "operators", "calendar_version": "holidays 0.108"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-pgybwoiuothhklgpp4gb"}', '2026-11-28 23:18:45.885291+00', '783', 'PlaceOrder', 2, '8faa335a9e191937b49ea85f86db9e0eb067d31f465523b348d7ecb10e6335a0', '7b06c723d0c6d1f499a7669510dbd95aeabe22ef8418c0f397862d712add6c45');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (18, 'upgrade-up-pgybwoiuothhklgpp4gb', 3, 'CreditCheckDeclined', 1, '{"at": "2026-11-28T23:18:48.071958Z", "reason": "", "reference": "CR-1"}', '{"step": "decide_credit_check", "workflow_id": "plan-upgrade-up-pgybwoiuothhklgpp4gb"}', '2026-11-28 23:18:48.104556+00', '786', 'decide-declined-CR-1', 1, '7b06c723d0c6d1f499a7669510dbd95aeabe22ef8418c0f397862d712add6c45', '76b7528e1b2de2db270283d054dbec7930172ae0effc50d63cbd047735760171');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (19, 'upgrade-up-m6iddppit546tybb6tyx', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:18:52.796566Z", "order": {"quote_id": "q-f6c597e3787c4288b8b2", "schedule": null, "tenant_id": "canceled", "upgrade_id": "up-m6iddppit546tybb6tyx", "target_plan_id": "premium", "idempotency_key": "q-f6c597e3787c4288b8b2", "subscription_id": "canceled-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "515a29f8d402ddc6c07c6b60c479b43614e7175aebeaa67a5f85497f71becd00", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "canceled-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-f6c597e3787c4288b8b2", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "canceled", "created_at": "2026-11-28T23:18:50Z", "expires_at": "2026-12-05T23:18:50Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "canceled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-m6iddppit546tybb6tyx"}', '2026-11-28 23:18:52.829032+00', '792', 'PlaceOrder', 1, '', '9a42b29ed70a8245d02211475d73be199a114ac572fc1913cfbe073c0072db5f');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (20, 'upgrade-up-m6iddppit546tybb6tyx', 2, 'CreditCheckRequired', 1, '{"at": "2026-11-28T23:18:52.796566Z", "reasons": ["threshold_reached"], "calendar": "US", "deadline": "2026-12-02T08:00:00Z", "reviewer": "operators", "calendar_version": "holidays 0.108"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-m6iddppit546tybb6tyx"}', '2026-11-28 23:18:52.829336+00', '792', 'PlaceOrder', 2, '9a42b29ed70a8245d02211475d73be199a114ac572fc1913cfbe073c0072db5f', '82c8b0b5ef405875ee7ed4312d61c23fdf648ee9ebac198529dc008bed6f9818');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (21, 'upgrade-up-m6iddppit546tybb6tyx', 3, 'UpgradeCanceled', 1, '{"at": "2026-11-28T23:18:55.328556Z", "reason": "another plan"}', '{"step": "cancel", "workflow_id": "plan-upgrade-up-m6iddppit546tybb6tyx"}', '2026-11-28 23:18:55.370218+00', '796', 'Cancel-2026-11-28T23:18:55.328556+00:00', 1, '82c8b0b5ef405875ee7ed4312d61c23fdf648ee9ebac198529dc008bed6f9818', 'af80ff50c3d20b8dbf140d36c08108fe4a03bc346fc8a9a9118a758953cb1214');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (22, 'subscription-refused-basic', 2, 'SubscriptionRevised', 1, '{"at": "2026-11-28T23:18:59.131419Z", "subscription": {"id": "refused-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "refused", "balance_due": "5.00", "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:18:59.303618+00', '802', 'import-2', 1, '3d83cc6df5d22f897acb94468303a6fd4598255ce53f922e7fd73bbc3b1a129c', 'f20ff9f2ded41d48bea56f359afae40729abbb43d2b723f62d2c1b5d0a5fd4fd');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (23, 'upgrade-up-h5g7uqpn4urpi2k4izqk', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:19:01.598569Z", "order": {"quote_id": "q-3fc47a8c3eb04afbb384", "schedule": null, "tenant_id": "refused", "upgrade_id": "up-h5g7uqpn4urpi2k4izqk", "target_plan_id": "premium", "idempotency_key": "q-3fc47a8c3eb04afbb384", "subscription_id": "refused-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "c6f9eb3b6ec5d9655769089cc9b52295050b0162cd5fb626d0fab89b594d625b", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "refused-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-3fc47a8c3eb04afbb384", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "refused", "created_at": "2026-11-28T23:18:56Z", "expires_at": "2026-12-05T23:18:56Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "refused-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-h5g7uqpn4urpi2k4izqk"}', '2026-11-28 23:19:01.65658+00', '805', 'PlaceOrder', 1, '', '4511f9275707ee3d08348cfb376631dd2dc9814b83a6718aa3ba56d5e9062895');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (24, 'upgrade-up-h5g7uqpn4urpi2k4izqk', 2, 'UpgradeRefused', 1, '{"at": "2026-11-28T23:19:01.598569Z", "refusals": [{"code": "unpaid_balance", "remedy": {"text": {"en": "Pay the balance now. After the payment has been made, check again.", "zh-TW": "請立即支付餘額。付款完成之後，請再次檢查。"}, "action": "pay_now", "retry_after": null}, "message": {"en": "The subscription refused-basic has an unpaid balance of $5.00.", "zh-TW": "訂閱 refused-basic 有未付款的餘額 US$5.00。"}, "evidence": {"currency": "USD", "balance_due": "5.00", "subscription_id": "refused-basic"}, "temporary": false}]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-h5g7uqpn4urpi2k4izqk"}', '2026-11-28 23:19:01.65701+00', '805', 'PlaceOrder', 2, '4511f9275707ee3d08348cfb376631dd2dc9814b83a6718aa3ba56d5e9062895', '26b0542294d4e33dfa64ea4f3e350abd84e866e0ebe87e4ea950dc33d3b6bf7e');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (25, 'upgrade-up-q5jvknxqhst7bgf2236x', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:19:06.913496Z", "order": {"quote_id": "q-6f90941f05c54ad1a14d", "schedule": null, "tenant_id": "complete", "upgrade_id": "up-q5jvknxqhst7bgf2236x", "target_plan_id": "premium", "idempotency_key": "q-6f90941f05c54ad1a14d", "subscription_id": "complete-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "8b5f8a0f4385e91e5bf1d942bfd9148d5eb2b5a2ee151441b7bdb722eb93495d", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "complete-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-6f90941f05c54ad1a14d", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "complete", "created_at": "2026-11-28T23:19:03Z", "expires_at": "2026-12-05T23:19:03Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "complete-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-q5jvknxqhst7bgf2236x"}', '2026-11-28 23:19:06.957401+00', '812', 'PlaceOrder', 1, '', '96d0d412548111c7f873ae079d6e09f072c9b6d3490e4ba7c30bd7f068526c15');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (26, 'upgrade-up-q5jvknxqhst7bgf2236x', 2, 'EligibilityConfirmed', 1, '{"at": "2026-11-28T23:19:06.913496Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-q5jvknxqhst7bgf2236x"}', '2026-11-28 23:19:06.957889+00', '812', 'PlaceOrder', 2, '96d0d412548111c7f873ae079d6e09f072c9b6d3490e4ba7c30bd7f068526c15', '8ffe10d9ba4248bd792c7c959a62ab285718d27f0b65ef0a334e838109178f8a');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (27, 'upgrade-up-q5jvknxqhst7bgf2236x', 3, 'MoveStarted', 1, '{"at": "2026-11-28T23:19:06.934592Z", "users": 2, "new_subscription_id": "sub-q5jvknxqhst7bgf2236x"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-q5jvknxqhst7bgf2236x"}', '2026-11-28 23:19:06.993178+00', '813', 'StartMove', 1, '8ffe10d9ba4248bd792c7c959a62ab285718d27f0b65ef0a334e838109178f8a', '266b4d17b2775b7230574f6622c2e3ba8623a4a2fe829ce0bf2d0e2535e6f996');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (28, 'subscription-complete-basic', 2, 'SubscriptionLocked', 1, '{"at": "2026-11-28T23:19:06.934592Z", "upgrade_id": "up-q5jvknxqhst7bgf2236x", "expected_until": "2026-11-29T00:19:06.934592Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-q5jvknxqhst7bgf2236x"}', '2026-11-28 23:19:06.993491+00', '813', 'up-q5jvknxqhst7bgf2236x:StartMove', 1, '8bec4a04f59310acac4bdc19d5ec2f703449cf446fee25994211edc811564696', '8aa5560c639d43841874b9da25cf34b8e68975166a899dc7fba657c8119cacef');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (29, 'subscription-sub-q5jvknxqhst7bgf2236x', 1, 'SubscriptionOpened', 1, '{"at": "2026-11-28T23:19:06.934592Z", "upgrade_id": "up-q5jvknxqhst7bgf2236x", "subscription": {"id": "sub-q5jvknxqhst7bgf2236x", "price": "22.00", "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "premium", "prepaid": null, "assigned": 0, "licenses": 5, "tenant_id": "complete", "balance_due": null, "cycle_anchor": "2026-11-28", "users_with_disabled_services": 0}, "expected_until": "2026-11-29T00:19:06.934592Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-q5jvknxqhst7bgf2236x"}', '2026-11-28 23:19:06.993741+00', '813', 'up-q5jvknxqhst7bgf2236x:StartMove', 1, '', '545762070d23d81d116d05792e6f57795e92b7fa0013fb7b1473183a42ac9bf6');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (30, 'upgrade-up-q5jvknxqhst7bgf2236x', 4, 'UsersMoved', 1, '{"at": "2026-11-28T23:19:06.946988Z", "batch": 1, "users": 2, "remaining": 0}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-q5jvknxqhst7bgf2236x"}', '2026-11-28 23:19:07.024721+00', '814', 'move-3', 1, '266b4d17b2775b7230574f6622c2e3ba8623a4a2fe829ce0bf2d0e2535e6f996', 'b3ae80be08c92eb5d93e0f31cf956649ecd71c3d81049c15a1087a4899820b0d');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (31, 'upgrade-up-q5jvknxqhst7bgf2236x', 5, 'MoveCompleted', 1, '{"at": "2026-11-28T23:19:06.946988Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-q5jvknxqhst7bgf2236x"}', '2026-11-28 23:19:07.024876+00', '814', 'move-3', 2, 'b3ae80be08c92eb5d93e0f31cf956649ecd71c3d81049c15a1087a4899820b0d', '49b6da002b97e6be6497b545b27c4b89530a05ce8725da39f6dc3c023dbe7c68');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (32, 'upgrade-up-q5jvknxqhst7bgf2236x', 6, 'BillingSwitched', 1, '{"at": "2026-11-28T23:19:07.039581Z", "pricing": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "forfeited": "0.00", "switch_on": "2026-11-28", "account_credit": "0.00", "credit_applied": "20.00"}, "invoice_on": "2026-12-11", "switched_on": "2026-11-28", "invoice_due_at": "2026-12-11T08:00:00Z"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-q5jvknxqhst7bgf2236x"}', '2026-11-28 23:19:07.11455+00', '815', 'switch-billing', 1, '49b6da002b97e6be6497b545b27c4b89530a05ce8725da39f6dc3c023dbe7c68', '394ceb33514902afdf7299060e67f61e513ef81186a4706854fc26de3f37c729');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (33, 'subscription-complete-basic', 3, 'SubscriptionCanceled', 1, '{"at": "2026-11-28T23:19:07.039581Z", "upgrade_id": "up-q5jvknxqhst7bgf2236x", "canceled_on": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-q5jvknxqhst7bgf2236x"}', '2026-11-28 23:19:07.115102+00', '815', 'up-q5jvknxqhst7bgf2236x:switch-billing', 1, '8aa5560c639d43841874b9da25cf34b8e68975166a899dc7fba657c8119cacef', '1c62a1d14dd95fcd8ac01923abfae88897f5fc11d613eb23d07a079b05973f37');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (34, 'subscription-sub-q5jvknxqhst7bgf2236x', 2, 'BillingStarted', 1, '{"at": "2026-11-28T23:19:07.039581Z", "upgrade_id": "up-q5jvknxqhst7bgf2236x", "cycle_anchor": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-q5jvknxqhst7bgf2236x"}', '2026-11-28 23:19:07.115427+00', '815', 'up-q5jvknxqhst7bgf2236x:switch-billing', 1, '545762070d23d81d116d05792e6f57795e92b7fa0013fb7b1473183a42ac9bf6', 'e9824760d073e400a798477246de39e3e4939ebae768487cd4a00ed0531d3684');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (35, 'upgrade-up-nwrnv5t4obxrvifx4ql7', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:19:11.653205Z", "order": {"quote_id": "q-f453d46254aa44818957", "schedule": null, "tenant_id": "invoiced", "upgrade_id": "up-nwrnv5t4obxrvifx4ql7", "target_plan_id": "premium", "idempotency_key": "q-f453d46254aa44818957", "subscription_id": "invoiced-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "de731699b1f8cf8f7327bdeab357f1e7d65acd3a4849fca1da565e6968b8e0aa", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "invoiced-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-f453d46254aa44818957", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "invoiced", "created_at": "2026-11-28T23:19:08Z", "expires_at": "2026-12-05T23:19:08Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "invoiced-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7"}', '2026-11-28 23:19:11.692664+00', '822', 'PlaceOrder', 1, '', '23dc76eefff8c893fbd3c806af1f4ab17cb5491453bc1a1dc38202fcd6950e39');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (36, 'upgrade-up-nwrnv5t4obxrvifx4ql7', 2, 'EligibilityConfirmed', 1, '{"at": "2026-11-28T23:19:11.653205Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7"}', '2026-11-28 23:19:11.692897+00', '822', 'PlaceOrder', 2, '23dc76eefff8c893fbd3c806af1f4ab17cb5491453bc1a1dc38202fcd6950e39', '97fccd22ca7ea8b465508f92eb443da3901838a610db9b292114b4aa0057d6c7');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (37, 'upgrade-up-nwrnv5t4obxrvifx4ql7', 3, 'MoveStarted', 1, '{"at": "2026-11-28T23:19:11.667086Z", "users": 2, "new_subscription_id": "sub-nwrnv5t4obxrvifx4ql7"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7"}', '2026-11-28 23:19:11.732796+00', '823', 'StartMove', 1, '97fccd22ca7ea8b465508f92eb443da3901838a610db9b292114b4aa0057d6c7', '5a6b4109cf504458c2acf41b7d2957a713ebcd99bd7fc0fe07d24b8739aed056');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (38, 'subscription-invoiced-basic', 2, 'SubscriptionLocked', 1, '{"at": "2026-11-28T23:19:11.667086Z", "upgrade_id": "up-nwrnv5t4obxrvifx4ql7", "expected_until": "2026-11-29T00:19:11.667086Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7"}', '2026-11-28 23:19:11.733041+00', '823', 'up-nwrnv5t4obxrvifx4ql7:StartMove', 1, 'dfdcf99e358beddf15ecb8d1efd8437685a9232becf5fc56f4a61f2b0091049e', '0899dcb01ac6dd0a6fed104c95488cbcd3d8614bacb259284c124b4415820f20');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (39, 'subscription-sub-nwrnv5t4obxrvifx4ql7', 1, 'SubscriptionOpened', 1, '{"at": "2026-11-28T23:19:11.667086Z", "upgrade_id": "up-nwrnv5t4obxrvifx4ql7", "subscription": {"id": "sub-nwrnv5t4obxrvifx4ql7", "price": "22.00", "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "premium", "prepaid": null, "assigned": 0, "licenses": 5, "tenant_id": "invoiced", "balance_due": null, "cycle_anchor": "2026-11-28", "users_with_disabled_services": 0}, "expected_until": "2026-11-29T00:19:11.667086Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7"}', '2026-11-28 23:19:11.733203+00', '823', 'up-nwrnv5t4obxrvifx4ql7:StartMove', 1, '', '7a89a3935906dc1949f7b9776dee310eca62f3e9e697c2270f79c15310b9288e');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (40, 'upgrade-up-nwrnv5t4obxrvifx4ql7', 4, 'UsersMoved', 1, '{"at": "2026-11-28T23:19:11.683765Z", "batch": 1, "users": 2, "remaining": 0}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7"}', '2026-11-28 23:19:11.766002+00', '824', 'move-3', 1, '5a6b4109cf504458c2acf41b7d2957a713ebcd99bd7fc0fe07d24b8739aed056', '5f14472ed9aecb5442931221cfa9df34daeb9cdf00e3e933f4f40478ccbbd3e6');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (41, 'upgrade-up-nwrnv5t4obxrvifx4ql7', 5, 'MoveCompleted', 1, '{"at": "2026-11-28T23:19:11.683765Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7"}', '2026-11-28 23:19:11.766176+00', '824', 'move-3', 2, '5f14472ed9aecb5442931221cfa9df34daeb9cdf00e3e933f4f40478ccbbd3e6', '90596e288399ab4a3798c06eac880f4b920c67152adb180f2aa7b62ab0736529');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (42, 'upgrade-up-nwrnv5t4obxrvifx4ql7', 6, 'BillingSwitched', 1, '{"at": "2026-11-28T23:19:11.788832Z", "pricing": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "forfeited": "0.00", "switch_on": "2026-11-28", "account_credit": "0.00", "credit_applied": "20.00"}, "invoice_on": "2026-12-11", "switched_on": "2026-11-28", "invoice_due_at": "2026-12-11T08:00:00Z"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7"}', '2026-11-28 23:19:11.824429+00', '825', 'switch-billing', 1, '90596e288399ab4a3798c06eac880f4b920c67152adb180f2aa7b62ab0736529', 'd72fa469e8ecdced1e2481305d8826104c4d69866ee9cc111a3e443b2dad11f8');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (43, 'subscription-invoiced-basic', 3, 'SubscriptionCanceled', 1, '{"at": "2026-11-28T23:19:11.788832Z", "upgrade_id": "up-nwrnv5t4obxrvifx4ql7", "canceled_on": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7"}', '2026-11-28 23:19:11.82463+00', '825', 'up-nwrnv5t4obxrvifx4ql7:switch-billing', 1, '0899dcb01ac6dd0a6fed104c95488cbcd3d8614bacb259284c124b4415820f20', 'd767bc507213f0c6f79329dcc8ceb967590bde31dc0660451bbcbf44d8ca3fe2');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (44, 'subscription-sub-nwrnv5t4obxrvifx4ql7', 2, 'BillingStarted', 1, '{"at": "2026-11-28T23:19:11.788832Z", "upgrade_id": "up-nwrnv5t4obxrvifx4ql7", "cycle_anchor": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7"}', '2026-11-28 23:19:11.824741+00', '825', 'up-nwrnv5t4obxrvifx4ql7:switch-billing', 1, '7a89a3935906dc1949f7b9776dee310eca62f3e9e697c2270f79c15310b9288e', '95b9ed66dbe6ccebfcd60f8b85cd194050522e1a51e40b3f20288aa43d8063c7');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (45, 'upgrade-up-nwrnv5t4obxrvifx4ql7', 7, 'InvoiceIssued', 1, '{"at": "2026-12-11T08:00:00.017463Z", "number": "INV-00000001", "issued_on": "2026-12-11", "account_credit_uses": []}', '{"step": "issue_invoice", "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7"}', '2026-11-28 23:19:14.183437+00', '828', 'IssueInvoice', 1, 'd72fa469e8ecdced1e2481305d8826104c4d69866ee9cc111a3e443b2dad11f8', '3697e6cba3395693879d9fa3651123476364c37fe24949e7418735b651a44e42');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (46, 'upgrade-up-jpq3spgbgboiezemqcgf', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:19:22.190507Z", "order": {"quote_id": "q-1809fe5f2fc045f0969a", "schedule": null, "tenant_id": "parked", "upgrade_id": "up-jpq3spgbgboiezemqcgf", "target_plan_id": "premium", "idempotency_key": "q-1809fe5f2fc045f0969a", "subscription_id": "parked-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "b3ae1dff7204fe3928b845e7871a2d9717481e69c785e9ff1321e7aef256b424", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "parked-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-1809fe5f2fc045f0969a", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "parked", "created_at": "2026-11-28T23:19:19Z", "expires_at": "2026-12-05T23:19:19Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "parked-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-jpq3spgbgboiezemqcgf"}', '2026-11-28 23:19:22.223731+00', '841', 'PlaceOrder', 1, '', '19a7a4e52a5df3e926a20dc0716fa6482cfffff535f695dacb86591af506d276');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (47, 'upgrade-up-jpq3spgbgboiezemqcgf', 2, 'EligibilityConfirmed', 1, '{"at": "2026-11-28T23:19:22.190507Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-jpq3spgbgboiezemqcgf"}', '2026-11-28 23:19:22.22394+00', '841', 'PlaceOrder', 2, '19a7a4e52a5df3e926a20dc0716fa6482cfffff535f695dacb86591af506d276', '996feef96c461ff996e719211110c22b52a468d8d5dd4ef6237255c4e44c33ec');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (48, 'upgrade-up-jpq3spgbgboiezemqcgf', 3, 'MoveStarted', 1, '{"at": "2026-11-28T23:19:22.212364Z", "users": 2, "new_subscription_id": "sub-jpq3spgbgboiezemqcgf"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-jpq3spgbgboiezemqcgf"}', '2026-11-28 23:19:22.265618+00', '842', 'StartMove', 1, '996feef96c461ff996e719211110c22b52a468d8d5dd4ef6237255c4e44c33ec', '5d766a987632acac579b82c17ed5702bdf5e1db47ddc990ccd70800469e76fb0');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (49, 'subscription-parked-basic', 2, 'SubscriptionLocked', 1, '{"at": "2026-11-28T23:19:22.212364Z", "upgrade_id": "up-jpq3spgbgboiezemqcgf", "expected_until": "2026-11-29T00:19:22.212364Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-jpq3spgbgboiezemqcgf"}', '2026-11-28 23:19:22.265815+00', '842', 'up-jpq3spgbgboiezemqcgf:StartMove', 1, '662030dbbf086cc43bee95ebdc86373f091c175c28ec851dadff2cda0524c632', '2c1c77751ee0eaa126e0d303800b91819877cd0d522313e7ca2ca6087802f497');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (50, 'subscription-sub-jpq3spgbgboiezemqcgf', 1, 'SubscriptionOpened', 1, '{"at": "2026-11-28T23:19:22.212364Z", "upgrade_id": "up-jpq3spgbgboiezemqcgf", "subscription": {"id": "sub-jpq3spgbgboiezemqcgf", "price": "22.00", "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "premium", "prepaid": null, "assigned": 0, "licenses": 5, "tenant_id": "parked", "balance_due": null, "cycle_anchor": "2026-11-28", "users_with_disabled_services": 0}, "expected_until": "2026-11-29T00:19:22.212364Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-jpq3spgbgboiezemqcgf"}', '2026-11-28 23:19:22.265916+00', '842', 'up-jpq3spgbgboiezemqcgf:StartMove', 1, '', 'a2a92cff7fa02fc314ba3c3ebd07aca08b76770ee4b34f2c987ca2196568740d');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (51, 'upgrade-up-jpq3spgbgboiezemqcgf', 4, 'UsersMoved', 1, '{"at": "2026-11-28T23:19:22.218316Z", "batch": 1, "users": 1, "remaining": 1}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-jpq3spgbgboiezemqcgf"}', '2026-11-28 23:19:22.280447+00', '843', 'move-3', 1, '5d766a987632acac579b82c17ed5702bdf5e1db47ddc990ccd70800469e76fb0', '720501c45c09c8290036deb329339037e8c9e05d7a305ce549b4a77dc96d6b8e');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (52, 'upgrade-up-jpq3spgbgboiezemqcgf', 5, 'UsersFailed', 1, '{"at": "2026-11-28T23:19:22.218316Z", "users": 1, "reasons": {"legal_hold": 1}}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-jpq3spgbgboiezemqcgf"}', '2026-11-28 23:19:22.280556+00', '843', 'move-3', 2, '720501c45c09c8290036deb329339037e8c9e05d7a305ce549b4a77dc96d6b8e', '5ca535e8bb854451a7ffa3e1a6b661c1fc9552cdaa89c147ac4224dd47c20552');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (53, 'upgrade-up-jpq3spgbgboiezemqcgf', 6, 'AttentionNeeded', 1, '{"at": "2026-11-28T23:19:25.477213Z", "step": "move-users", "cause": "users_failed: 1 users cannot be moved: 1 legal_hold"}', '{"step": "report_problem", "workflow_id": "plan-upgrade-up-jpq3spgbgboiezemqcgf"}', '2026-11-28 23:19:25.525487+00', '853', 'ReportProblem-2026-11-28T23:19:25.477213+00:00', 1, '5ca535e8bb854451a7ffa3e1a6b661c1fc9552cdaa89c147ac4224dd47c20552', 'be10d9d12f4f2bf609b57f1a3f7678c507621aaf43132142cee0e0f4e42b0537');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (54, 'upgrade-up-nyl6yhbrbosqetbikvbg', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:19:27.038527Z", "order": {"quote_id": "q-a7a81a56061f4050981f", "schedule": null, "tenant_id": "undone", "upgrade_id": "up-nyl6yhbrbosqetbikvbg", "target_plan_id": "premium", "idempotency_key": "q-a7a81a56061f4050981f", "subscription_id": "undone-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "84ba7e08e95abee09b55e367a904c408b9fa5766f3cdee677569c08107d27ee2", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "undone-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-a7a81a56061f4050981f", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "undone", "created_at": "2026-11-28T23:19:24Z", "expires_at": "2026-12-05T23:19:24Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "undone-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:27.100988+00', '855', 'PlaceOrder', 1, '', 'e8621b21fd5fad9e6f7050bb539029fe017b0bab148314c1759f3f216e14e079');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (55, 'upgrade-up-nyl6yhbrbosqetbikvbg', 2, 'EligibilityConfirmed', 1, '{"at": "2026-11-28T23:19:27.038527Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:27.101315+00', '855', 'PlaceOrder', 2, 'e8621b21fd5fad9e6f7050bb539029fe017b0bab148314c1759f3f216e14e079', '4521f1b640537f3d96eeabfd4dd3d7d0d8997d4ac5d40eca5d15acc97492bd37');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (56, 'upgrade-up-nyl6yhbrbosqetbikvbg', 3, 'MoveStarted', 1, '{"at": "2026-11-28T23:19:27.054447Z", "users": 2, "new_subscription_id": "sub-nyl6yhbrbosqetbikvbg"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:27.163314+00', '856', 'StartMove', 1, '4521f1b640537f3d96eeabfd4dd3d7d0d8997d4ac5d40eca5d15acc97492bd37', 'e816094f45f5057aa9df37b1a499d1765988a2c0b47e73628e0013f6223f0d18');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (57, 'subscription-sub-nyl6yhbrbosqetbikvbg', 1, 'SubscriptionOpened', 1, '{"at": "2026-11-28T23:19:27.054447Z", "upgrade_id": "up-nyl6yhbrbosqetbikvbg", "subscription": {"id": "sub-nyl6yhbrbosqetbikvbg", "price": "22.00", "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "premium", "prepaid": null, "assigned": 0, "licenses": 5, "tenant_id": "undone", "balance_due": null, "cycle_anchor": "2026-11-28", "users_with_disabled_services": 0}, "expected_until": "2026-11-29T00:19:27.054447Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:27.163497+00', '856', 'up-nyl6yhbrbosqetbikvbg:StartMove', 1, '', '8023283771910b6f3417cff07a0e213dd2fa9bf1991aab2372867f19e4f7090e');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (58, 'subscription-undone-basic', 2, 'SubscriptionLocked', 1, '{"at": "2026-11-28T23:19:27.054447Z", "upgrade_id": "up-nyl6yhbrbosqetbikvbg", "expected_until": "2026-11-29T00:19:27.054447Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:27.163609+00', '856', 'up-nyl6yhbrbosqetbikvbg:StartMove', 1, 'eccb84d29888acc4163feea4fc56a7753f45db8a4c4089bbff9c44ad5dd0df7d', '864b135216a36c95dc5dd1c4df7e7809397893c4430330f2e22594d266bdcd34');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (59, 'upgrade-up-nyl6yhbrbosqetbikvbg', 4, 'UsersMoved', 1, '{"at": "2026-11-28T23:19:27.063706Z", "batch": 1, "users": 1, "remaining": 1}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:27.173876+00', '857', 'move-3', 1, 'e816094f45f5057aa9df37b1a499d1765988a2c0b47e73628e0013f6223f0d18', 'afb300a9022404307bc3853e78c28b983d26b45f9961be1a97dfcbe6f7b41731');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (60, 'upgrade-up-nyl6yhbrbosqetbikvbg', 5, 'UsersFailed', 1, '{"at": "2026-11-28T23:19:27.063706Z", "users": 1, "reasons": {"legal_hold": 1}}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:27.173982+00', '857', 'move-3', 2, 'afb300a9022404307bc3853e78c28b983d26b45f9961be1a97dfcbe6f7b41731', '28c2261875678629b94ebd1fe7c42170ea291e957d34f31ab77b4a9574b7c72d');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (61, 'upgrade-up-nyl6yhbrbosqetbikvbg', 6, 'AttentionNeeded', 1, '{"at": "2026-11-28T23:19:30.345352Z", "step": "move-users", "cause": "users_failed: 1 users cannot be moved: 1 legal_hold"}', '{"step": "report_problem", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:30.369662+00', '865', 'ReportProblem-2026-11-28T23:19:30.345352+00:00', 1, '28c2261875678629b94ebd1fe7c42170ea291e957d34f31ab77b4a9574b7c72d', 'fbb2a6b417a53e55d490e4ec570a47d131fc9e8eed8deccbd3dd66a2514c229d');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (62, 'upgrade-up-nyl6yhbrbosqetbikvbg', 7, 'AttentionResolved', 1, '{"at": "2026-11-28T23:19:32.649296Z", "action": "undo"}', '{"step": "begin_undo", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:32.660228+00', '869', 'BeginUndo-2026-11-28T23:19:32.649296+00:00', 1, 'fbb2a6b417a53e55d490e4ec570a47d131fc9e8eed8deccbd3dd66a2514c229d', '0666309d7058db6a07a1ba951df60b528d9d122bf34da289cc7f115f9c877a8c');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (63, 'upgrade-up-nyl6yhbrbosqetbikvbg', 8, 'UndoStarted', 1, '{"at": "2026-11-28T23:19:32.649296Z", "ending": "undone", "reason": "not now"}', '{"step": "begin_undo", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:32.66035+00', '869', 'BeginUndo-2026-11-28T23:19:32.649296+00:00', 2, '0666309d7058db6a07a1ba951df60b528d9d122bf34da289cc7f115f9c877a8c', '5f6c6692b274ff83afaee3df708999dcac8629d608eba760e909f622da8ebe14');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (64, 'upgrade-up-nyl6yhbrbosqetbikvbg', 9, 'UsersReturned', 1, '{"at": "2026-11-28T23:19:32.658510Z", "batch": 1, "users": 1}', '{"step": "undo_move", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:32.689907+00', '870', 'return-8', 1, '5f6c6692b274ff83afaee3df708999dcac8629d608eba760e909f622da8ebe14', '37c145247e61efbfca82d1fbcf58380f78fd1397e139fe0f6c16d58bdd3881e7');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (65, 'upgrade-up-nyl6yhbrbosqetbikvbg', 10, 'UpgradeUndone', 1, '{"at": "2026-11-28T23:19:32.658510Z", "reason": "not now"}', '{"step": "undo_move", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:32.690016+00', '870', 'return-8', 2, '37c145247e61efbfca82d1fbcf58380f78fd1397e139fe0f6c16d58bdd3881e7', '2ff4463e16788ea5f0087fc63791277c78a20bdaf055287b2a9f7bbd69432202');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (66, 'subscription-sub-nyl6yhbrbosqetbikvbg', 2, 'SubscriptionWithdrawn', 1, '{"at": "2026-11-28T23:19:32.658510Z", "upgrade_id": "up-nyl6yhbrbosqetbikvbg"}', '{"step": "undo_move", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:32.690119+00', '870', 'up-nyl6yhbrbosqetbikvbg:return-8', 1, '8023283771910b6f3417cff07a0e213dd2fa9bf1991aab2372867f19e4f7090e', '0d8ce93e7fbd80fbdc2b8486cb2f674cf95ed2ee243c7a80c6304b7a0874478b');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (67, 'subscription-undone-basic', 3, 'SubscriptionUnlocked', 1, '{"at": "2026-11-28T23:19:32.658510Z", "upgrade_id": "up-nyl6yhbrbosqetbikvbg"}', '{"step": "undo_move", "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg"}', '2026-11-28 23:19:32.690199+00', '870', 'up-nyl6yhbrbosqetbikvbg:return-8', 1, '864b135216a36c95dc5dd1c4df7e7809397893c4430330f2e22594d266bdcd34', 'daafc47cc3a3546b7c454550a7c0681b910e85f8d843896f3bbc8d2660110af1');

INSERT INTO public.failed_users VALUES ('up-jpq3spgbgboiezemqcgf', 'bob@parked.example', 'legal_hold', '', 5, '2026-11-28 23:19:25.406162+00', NULL, NULL);
INSERT INTO public.failed_users VALUES ('up-nyl6yhbrbosqetbikvbg', 'bob@undone.example', 'legal_hold', '', 5, '2026-11-28 23:19:30.255352+00', NULL, NULL);

INSERT INTO public.followers VALUES ('webhooks', '870', 67);

INSERT INTO public.invoice_numbers VALUES ('name:us plan upgrades', 1);

INSERT INTO public.invoices VALUES ('INV-00000001', 'up-nwrnv5t4obxrvifx4ql7', 'invoiced', '2026-12-11', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "due_on": "2026-12-11", "number": "INV-00000001", "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "issued_on": "2026-12-11", "plan_name": "Premium", "tenant_id": "invoiced", "amount_due": "90.00", "upgrade_id": "up-nwrnv5t4obxrvifx4ql7", "switched_on": "2026-11-28", "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "subscription_id": "invoiced-basic", "account_credit_used": "0.00", "account_credit_uses": [], "new_subscription_id": "sub-nwrnv5t4obxrvifx4ql7", "credit_reaches_account_by": "2026-12-16"}', 'name:us plan upgrades');

INSERT INTO public.ledger_entries VALUES ('up-q5jvknxqhst7bgf2236x', 1, 'complete', 'receivable', 'USD', 11000, '2026-11-28 23:19:07.039581+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-q5jvknxqhst7bgf2236x', 2, 'complete', 'revenue', 'USD', -11000, '2026-11-28 23:19:07.039581+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-q5jvknxqhst7bgf2236x', 3, 'complete', 'unused_service', 'USD', 2000, '2026-11-28 23:19:07.039581+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-q5jvknxqhst7bgf2236x', 4, 'complete', 'receivable', 'USD', -2000, '2026-11-28 23:19:07.039581+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-nwrnv5t4obxrvifx4ql7', 1, 'invoiced', 'receivable', 'USD', 11000, '2026-11-28 23:19:11.788832+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-nwrnv5t4obxrvifx4ql7', 2, 'invoiced', 'revenue', 'USD', -11000, '2026-11-28 23:19:11.788832+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-nwrnv5t4obxrvifx4ql7', 3, 'invoiced', 'unused_service', 'USD', 2000, '2026-11-28 23:19:11.788832+00', 'switch', NULL);
INSERT INTO public.ledger_entries VALUES ('up-nwrnv5t4obxrvifx4ql7', 4, 'invoiced', 'receivable', 'USD', -2000, '2026-11-28 23:19:11.788832+00', 'switch', NULL);

INSERT INTO public.migrations VALUES ('0001_event_store.sql', '31feb6fb19beeaf41014941ee77b51f91f4cd5de46514709a09a3411453bdc46', '2026-11-28 23:18:24.52988+00');
INSERT INTO public.migrations VALUES ('0002_world.sql', '92357b054f5a556cae94fb41a9759e38181f814492726c86f587511ed445c251', '2026-11-28 23:18:24.546179+00');
INSERT INTO public.migrations VALUES ('0003_upgrades.sql', 'bb5ccd3f20c7245950b09bdf792f8f1a283d62b1b440a99e27a52015492341ac', '2026-11-28 23:18:24.576451+00');
INSERT INTO public.migrations VALUES ('0004_license_changes.sql', '487d8384eddd69115412807def021c924165bc195607c50bb28e995c5f0114d7', '2026-11-28 23:18:24.585699+00');
INSERT INTO public.migrations VALUES ('0005_administration.sql', '3f3e0f526bb9498205a1b8ccf585c74b8292543f9d753fc4743eadcb0ea1519f', '2026-11-28 23:18:24.587883+00');
INSERT INTO public.migrations VALUES ('0007_invoice_numbers.sql', '2a20219ee31f46133901b6c22439782319cfb8e8027a91aecadf91025bb87649', '2026-11-28 23:18:24.589822+00');
INSERT INTO public.migrations VALUES ('0008_account_credit.sql', 'c7bd2966ceb339d42e765981af4ae0ee50740f8b0d915026045941c51b5e9c7b', '2026-11-28 23:18:24.59803+00');
INSERT INTO public.migrations VALUES ('0009_webhooks.sql', '3df5ebfbe06cfc9ffb776af84742a79f8cf3fd6a6b7655287274cd15aac8b31b', '2026-11-28 23:18:24.630342+00');
INSERT INTO public.migrations VALUES ('0010_credit_callbacks.sql', '28fe0e43ab7ced3d97e2e9787157e3981dbafe66dafe0c03a4c2035ca2287313', '2026-11-28 23:18:24.637686+00');
INSERT INTO public.migrations VALUES ('0011_moves.sql', 'e9851cf9fe18926010fc33da545ddb6de51e4c2c4c75fcf2af9f8b3c5c494774', '2026-11-28 23:18:24.650073+00');
INSERT INTO public.migrations VALUES ('0012_webhook_endpoints.sql', 'ff16dae353207503d48f6c66f18625c07d8dcf544723656f1e82e646b1326ae8', '2026-11-28 23:18:24.655306+00');
INSERT INTO public.migrations VALUES ('0013_changes_by_hand.sql', '4de0792ec326c945b96d3a13298bc46eeefc598431f4ff3f58d374af1799590a', '2026-11-28 23:18:24.662581+00');
INSERT INTO public.migrations VALUES ('0014_imports_over_upgrades.sql', 'd464f7a1dbd3955a691e2b09b347532b4843c23bcb9c537a90102e5df61f8f0e', '2026-11-28 23:18:24.663516+00');

INSERT INTO public.move_batches VALUES ('up-q5jvknxqhst7bgf2236x', 1, 'complete-basic', 'sub-q5jvknxqhst7bgf2236x', 2, '2026-11-28 23:19:06.946988+00');
INSERT INTO public.move_batches VALUES ('up-nwrnv5t4obxrvifx4ql7', 1, 'invoiced-basic', 'sub-nwrnv5t4obxrvifx4ql7', 2, '2026-11-28 23:19:11.683765+00');
INSERT INTO public.move_batches VALUES ('up-jpq3spgbgboiezemqcgf', 1, 'parked-basic', 'sub-jpq3spgbgboiezemqcgf', 1, '2026-11-28 23:19:22.218316+00');
INSERT INTO public.move_batches VALUES ('up-nyl6yhbrbosqetbikvbg', 1, 'undone-basic', 'sub-nyl6yhbrbosqetbikvbg', 1, '2026-11-28 23:19:27.063706+00');

INSERT INTO public.moved_users VALUES ('up-q5jvknxqhst7bgf2236x', 'ada@complete.example', 1, '{mail}', NULL, '{}', NULL);
INSERT INTO public.moved_users VALUES ('up-q5jvknxqhst7bgf2236x', 'bob@complete.example', 1, '{}', NULL, '{}', NULL);
INSERT INTO public.moved_users VALUES ('up-nwrnv5t4obxrvifx4ql7', 'ada@invoiced.example', 1, '{mail}', NULL, '{}', NULL);
INSERT INTO public.moved_users VALUES ('up-nwrnv5t4obxrvifx4ql7', 'bob@invoiced.example', 1, '{}', NULL, '{}', NULL);
INSERT INTO public.moved_users VALUES ('up-jpq3spgbgboiezemqcgf', 'ada@parked.example', 1, '{mail}', NULL, '{}', NULL);
INSERT INTO public.moved_users VALUES ('up-nyl6yhbrbosqetbikvbg', 'ada@undone.example', 1, '{mail}', '2026-11-28 23:19:32.65851+00', '{}', NULL);

INSERT INTO public.notices VALUES ('up-gdb7i242epnfqguiloe7-credit_check_required', 'waiting', 'credit_check_required', 'up-gdb7i242epnfqguiloe7', '2026-11-28 23:18:40.452359+00', '{"en": "Your upgrade to Premium needs a credit check, which ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until your users are moved, they keep full access to the current plan.", "zh-TW": "您升級至 Premium 需要進行信用檢查，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在移轉之前，使用者仍可完整存取目前的方案。"}');
INSERT INTO public.notices VALUES ('up-pgybwoiuothhklgpp4gb-credit_check_required', 'declined', 'credit_check_required', 'up-pgybwoiuothhklgpp4gb', '2026-11-28 23:18:45.823101+00', '{"en": "Your upgrade to Premium needs a credit check, which ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until your users are moved, they keep full access to the current plan.", "zh-TW": "您升級至 Premium 需要進行信用檢查，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在移轉之前，使用者仍可完整存取目前的方案。"}');
INSERT INTO public.notices VALUES ('up-pgybwoiuothhklgpp4gb-credit_check_declined', 'declined', 'credit_check_declined', 'up-pgybwoiuothhklgpp4gb', '2026-11-28 23:18:48.071958+00', '{"en": "The credit check for your upgrade to Premium was declined (reference CR-1). The upgrade has ended and nothing of your current plan has changed. You can order again with another payment method, or contact support.", "zh-TW": "您升級至 Premium 的信用檢查未獲核准（參考編號 CR-1）。此次升級已結束，您目前的方案沒有任何變更。您可以改用其他付款方式重新下單，或連絡支援人員。"}');
INSERT INTO public.notices VALUES ('up-m6iddppit546tybb6tyx-credit_check_required', 'canceled', 'credit_check_required', 'up-m6iddppit546tybb6tyx', '2026-11-28 23:18:52.796566+00', '{"en": "Your upgrade to Premium needs a credit check, which ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until your users are moved, they keep full access to the current plan.", "zh-TW": "您升級至 Premium 需要進行信用檢查，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在移轉之前，使用者仍可完整存取目前的方案。"}');
INSERT INTO public.notices VALUES ('up-m6iddppit546tybb6tyx-upgrade_canceled', 'canceled', 'upgrade_canceled', 'up-m6iddppit546tybb6tyx', '2026-11-28 23:18:55.328556+00', '{"en": "Your upgrade to Premium was canceled: another plan. Your users have the plan and the settings they had before, and nothing is charged.", "zh-TW": "您升級至 Premium 的作業已取消：another plan。使用者維持原有的方案與設定，且不會收取任何費用。"}');
INSERT INTO public.notices VALUES ('up-q5jvknxqhst7bgf2236x-upgrade_complete', 'complete', 'upgrade_complete', 'up-q5jvknxqhst7bgf2236x', '2026-11-28 23:19:07.039581+00', '{"en": "Your upgrade to Premium is complete. Users moved: 2.", "zh-TW": "您已完成升級至 Premium。已移轉的使用者：2 位。"}');
INSERT INTO public.notices VALUES ('up-q5jvknxqhst7bgf2236x-switches_not_kept', 'complete', 'switches_not_kept', 'up-q5jvknxqhst7bgf2236x', '2026-11-28 23:19:07.039581+00', '{"en": "All services of Premium are on for every user. Users who had services switched off before: 1. The list of these users lets you switch them off again.", "zh-TW": "Premium 的所有服務已對每位使用者開啟。先前曾關閉部分服務的使用者有 1 位，您可以依清單重新關閉這些服務。"}');
INSERT INTO public.notices VALUES ('up-nwrnv5t4obxrvifx4ql7-upgrade_complete', 'invoiced', 'upgrade_complete', 'up-nwrnv5t4obxrvifx4ql7', '2026-11-28 23:19:11.788832+00', '{"en": "Your upgrade to Premium is complete. Users moved: 2.", "zh-TW": "您已完成升級至 Premium。已移轉的使用者：2 位。"}');
INSERT INTO public.notices VALUES ('up-nwrnv5t4obxrvifx4ql7-switches_not_kept', 'invoiced', 'switches_not_kept', 'up-nwrnv5t4obxrvifx4ql7', '2026-11-28 23:19:11.788832+00', '{"en": "All services of Premium are on for every user. Users who had services switched off before: 1. The list of these users lets you switch them off again.", "zh-TW": "Premium 的所有服務已對每位使用者開啟。先前曾關閉部分服務的使用者有 1 位，您可以依清單重新關閉這些服務。"}');
INSERT INTO public.notices VALUES ('up-nwrnv5t4obxrvifx4ql7-invoice_issued', 'invoiced', 'invoice_issued', 'up-nwrnv5t4obxrvifx4ql7', '2026-12-11 08:00:00.017463+00', '{"en": "Invoice INV-00000001 for your upgrade to Premium has been issued. Total, after any credit for your old subscription: $90.00. To pay, after any account credit: $90.00.", "zh-TW": "您升級至 Premium 的發票 INV-00000001 已開立。總額（如有舊訂閱的折抵金額，已扣除）：US$90.00。應付金額（如有帳戶點數，已扣除）：US$90.00。"}');
INSERT INTO public.notices VALUES ('up-nyl6yhbrbosqetbikvbg-upgrade_undone', 'undone', 'upgrade_undone', 'up-nyl6yhbrbosqetbikvbg', '2026-11-28 23:19:32.65851+00', '{"en": "Your upgrade to Premium could not be completed and was undone. Your users have the plan and the settings they had before, and nothing is charged. You can order again, or contact support (reference up-nyl6yhbrbosqetbikvbg).", "zh-TW": "您升級至 Premium 的作業無法完成，已予復原。使用者維持原有的方案與設定，且不會收取任何費用。您可以重新下單，或連絡支援人員（參考編號 up-nyl6yhbrbosqetbikvbg）。"}');

INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (1, 'up-gdb7i242epnfqguiloe7-credit_check_required', 'up-gdb7i242epnfqguiloe7', 'waiting', '775');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (2, 'up-pgybwoiuothhklgpp4gb-credit_check_required', 'up-pgybwoiuothhklgpp4gb', 'declined', '783');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (3, 'up-pgybwoiuothhklgpp4gb-credit_check_declined', 'up-pgybwoiuothhklgpp4gb', 'declined', '786');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (4, 'up-m6iddppit546tybb6tyx-credit_check_required', 'up-m6iddppit546tybb6tyx', 'canceled', '792');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (5, 'up-m6iddppit546tybb6tyx-upgrade_canceled', 'up-m6iddppit546tybb6tyx', 'canceled', '796');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (6, 'up-q5jvknxqhst7bgf2236x-upgrade_complete', 'up-q5jvknxqhst7bgf2236x', 'complete', '815');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (7, 'up-q5jvknxqhst7bgf2236x-switches_not_kept', 'up-q5jvknxqhst7bgf2236x', 'complete', '815');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (8, 'up-nwrnv5t4obxrvifx4ql7-upgrade_complete', 'up-nwrnv5t4obxrvifx4ql7', 'invoiced', '825');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (9, 'up-nwrnv5t4obxrvifx4ql7-switches_not_kept', 'up-nwrnv5t4obxrvifx4ql7', 'invoiced', '825');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (10, 'up-nwrnv5t4obxrvifx4ql7-invoice_issued', 'up-nwrnv5t4obxrvifx4ql7', 'invoiced', '828');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (11, 'up-nyl6yhbrbosqetbikvbg-upgrade_undone', 'up-nyl6yhbrbosqetbikvbg', 'undone', '870');

INSERT INTO public.plans VALUES ('basic', '{"id": "basic", "kind": "plan", "name": "Basic", "sold": true, "prices": [{"annual": "72.00", "monthly": "6.00", "currency": "USD"}], "product": "basic", "audience": "commercial", "services": {"mail": 1}, "max_licenses": null}');
INSERT INTO public.plans VALUES ('standard', '{"id": "standard", "kind": "plan", "name": "Standard", "sold": true, "prices": [{"annual": "150.00", "monthly": "12.50", "currency": "USD"}], "product": "standard", "audience": "commercial", "services": {"apps": 1, "mail": 2}, "max_licenses": null}');
INSERT INTO public.plans VALUES ('premium', '{"id": "premium", "kind": "plan", "name": "Premium", "sold": true, "prices": [{"annual": "264.00", "monthly": "22.00", "currency": "USD"}], "product": "premium", "audience": "commercial", "services": {"apps": 1, "mail": 3}, "max_licenses": null}');

INSERT INTO public.policy VALUES (true, '{"tax": {}, "quote": {"valid_days": 7}, "seller": {"id": "", "bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2, "reminder_hours": 4}}');

INSERT INTO public.quotes VALUES ('q-22f7138f262c49b68a7a', 'scheduled-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "29ce54ad9bf3d67cfb5afda85b184e36f630632a5d9d8c98e6ca7872f558d40d", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "scheduled-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-22f7138f262c49b68a7a", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "scheduled", "created_at": "2026-11-28T23:18:31Z", "expires_at": "2026-12-05T23:18:31Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "scheduled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:18:32.304184+00');
INSERT INTO public.quotes VALUES ('q-99feb62edd2640a0a892', 'waiting-basic', '{"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "e7bf739db5f7200b6ba183aedd80962a405d8e993937f543e0b204bb5698e058", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "waiting-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-99feb62edd2640a0a892", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "waiting", "created_at": "2026-11-28T23:18:37Z", "expires_at": "2026-12-05T23:18:37Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "waiting-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:18:37.770955+00');
INSERT INTO public.quotes VALUES ('q-4e382778ffad4ca1b669', 'declined-basic', '{"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "213b532be9748baa375ab3d44028063f8ab2d76517694eed858ada0e4a596952", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "declined-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-4e382778ffad4ca1b669", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "declined", "created_at": "2026-11-28T23:18:43Z", "expires_at": "2026-12-05T23:18:43Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "declined-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:18:43.53157+00');
INSERT INTO public.quotes VALUES ('q-f6c597e3787c4288b8b2', 'canceled-basic', '{"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "515a29f8d402ddc6c07c6b60c479b43614e7175aebeaa67a5f85497f71becd00", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "canceled-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by December 2, 2026, 12:00 AM (Pacific Standard Time). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於2026年12月2日 午夜12:00（太平洋標準時間）完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-f6c597e3787c4288b8b2", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "canceled", "created_at": "2026-11-28T23:18:50Z", "expires_at": "2026-12-05T23:18:50Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "canceled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:18:50.49832+00');
INSERT INTO public.quotes VALUES ('q-3fc47a8c3eb04afbb384', 'refused-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "c6f9eb3b6ec5d9655769089cc9b52295050b0162cd5fb626d0fab89b594d625b", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "refused-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-3fc47a8c3eb04afbb384", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "refused", "created_at": "2026-11-28T23:18:56Z", "expires_at": "2026-12-05T23:18:56Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "refused-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:18:57.22721+00');
INSERT INTO public.quotes VALUES ('q-6f90941f05c54ad1a14d', 'complete-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "8b5f8a0f4385e91e5bf1d942bfd9148d5eb2b5a2ee151441b7bdb722eb93495d", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "complete-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-6f90941f05c54ad1a14d", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "complete", "created_at": "2026-11-28T23:19:03Z", "expires_at": "2026-12-05T23:19:03Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "complete-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:19:03.863308+00');
INSERT INTO public.quotes VALUES ('q-f453d46254aa44818957', 'invoiced-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "de731699b1f8cf8f7327bdeab357f1e7d65acd3a4849fca1da565e6968b8e0aa", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "invoiced-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-f453d46254aa44818957", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "invoiced", "created_at": "2026-11-28T23:19:08Z", "expires_at": "2026-12-05T23:19:08Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "invoiced-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:19:09.10577+00');
INSERT INTO public.quotes VALUES ('q-fb8cc166a15e4a9b9024', 'quoted-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "be6db20cf82027585e03622849196d1eeb4a1477478e6d391f7e2af6d99eb3d3", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "quoted-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-fb8cc166a15e4a9b9024", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "quoted", "created_at": "2026-11-28T23:19:16Z", "expires_at": "2026-12-05T23:19:16Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "quoted-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:19:16.327657+00');
INSERT INTO public.quotes VALUES ('q-1809fe5f2fc045f0969a', 'parked-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "b3ae1dff7204fe3928b845e7871a2d9717481e69c785e9ff1321e7aef256b424", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "parked-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-1809fe5f2fc045f0969a", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "parked", "created_at": "2026-11-28T23:19:19Z", "expires_at": "2026-12-05T23:19:19Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "parked-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:19:19.948435+00');
INSERT INTO public.quotes VALUES ('q-a7a81a56061f4050981f', 'undone-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "84ba7e08e95abee09b55e367a904c408b9fa5766f3cdee677569c08107d27ee2", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "undone-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": null, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-a7a81a56061f4050981f", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "undone", "created_at": "2026-11-28T23:19:24Z", "expires_at": "2026-12-05T23:19:24Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "undone-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:19:24.38397+00');
INSERT INTO public.quotes VALUES ('q-1141d5eca7ef46eaa642', 'byhand-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}], "total": "110.00", "digest": "6d955fa899717af6b35e77d13a9fe1695185a3af88f8c64c761f210b8a2a71a2", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 0, "plan_name": "Basic", "unit_price": "0", "cycle_anchor": "2026-11-18", "subscription_id": "byhand-basic"}, "tax": null, "country": "US", "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"change": {"old": "stays", "into": null, "users": 2, "listed": false, "switched_off": 1, "already_there": 0, "licenses_kept": null}, "billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-1141d5eca7ef46eaa642", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "byhand", "created_at": "2026-11-28T23:19:34Z", "expires_at": "2026-12-05T23:19:34Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "0.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "byhand-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:19:34.403543+00');

INSERT INTO public.services VALUES ('mail', '{"id": "mail", "name": "Mail", "data_related": true}');
INSERT INTO public.services VALUES ('apps', '{"id": "apps", "name": "Office apps", "data_related": false}');

INSERT INTO public.streams VALUES ('subscription-scheduled-basic', 1, 'dad85651cfdc20462b3f81fc6bc0a209df46bb4b3b3a0766ae70baa848964704');
INSERT INTO public.streams VALUES ('subscription-waiting-basic', 1, 'c3704c9ee2cdc873e8fc7ba1bec184a8db59d9fecda3bf813602e3b9eda79d2e');
INSERT INTO public.streams VALUES ('subscription-declined-basic', 1, 'c23c911e60c6190d4f2c2b8cc67e45fb6b800194c366f64f9df56f4fe8c42ab6');
INSERT INTO public.streams VALUES ('subscription-canceled-basic', 1, 'b9443ba8490f1ea44d93adc65fd0842ed1869dab837cf8c9bbfeece55045bbba');
INSERT INTO public.streams VALUES ('subscription-quoted-basic', 1, '6f8f011065819d762382d559e328ad1d299cace861c052b33b6587f3953a99ae');
INSERT INTO public.streams VALUES ('subscription-byhand-basic', 1, 'c0b980381fb5d70a068a45e89d2916334345619e98e8555a9c3087327f83a6ce');
INSERT INTO public.streams VALUES ('upgrade-up-sflhconl2ztwle44orai', 2, 'ae55ec4f6ba28fa62fb022ae16ba5b951ec9fc8779b0668e49c17d1251949c11');
INSERT INTO public.streams VALUES ('upgrade-up-gdb7i242epnfqguiloe7', 2, '3e762affe1f2f4edaf47eb9ebf8bae177a67d44b70fbc650b69ee8b1cc352e4a');
INSERT INTO public.streams VALUES ('upgrade-up-pgybwoiuothhklgpp4gb', 3, '76b7528e1b2de2db270283d054dbec7930172ae0effc50d63cbd047735760171');
INSERT INTO public.streams VALUES ('upgrade-up-nyl6yhbrbosqetbikvbg', 10, '2ff4463e16788ea5f0087fc63791277c78a20bdaf055287b2a9f7bbd69432202');
INSERT INTO public.streams VALUES ('upgrade-up-m6iddppit546tybb6tyx', 3, 'af80ff50c3d20b8dbf140d36c08108fe4a03bc346fc8a9a9118a758953cb1214');
INSERT INTO public.streams VALUES ('subscription-refused-basic', 2, 'f20ff9f2ded41d48bea56f359afae40729abbb43d2b723f62d2c1b5d0a5fd4fd');
INSERT INTO public.streams VALUES ('upgrade-up-h5g7uqpn4urpi2k4izqk', 2, '26b0542294d4e33dfa64ea4f3e350abd84e866e0ebe87e4ea950dc33d3b6bf7e');
INSERT INTO public.streams VALUES ('subscription-sub-nyl6yhbrbosqetbikvbg', 2, '0d8ce93e7fbd80fbdc2b8486cb2f674cf95ed2ee243c7a80c6304b7a0874478b');
INSERT INTO public.streams VALUES ('subscription-undone-basic', 3, 'daafc47cc3a3546b7c454550a7c0681b910e85f8d843896f3bbc8d2660110af1');
INSERT INTO public.streams VALUES ('upgrade-up-q5jvknxqhst7bgf2236x', 6, '394ceb33514902afdf7299060e67f61e513ef81186a4706854fc26de3f37c729');
INSERT INTO public.streams VALUES ('subscription-complete-basic', 3, '1c62a1d14dd95fcd8ac01923abfae88897f5fc11d613eb23d07a079b05973f37');
INSERT INTO public.streams VALUES ('subscription-sub-q5jvknxqhst7bgf2236x', 2, 'e9824760d073e400a798477246de39e3e4939ebae768487cd4a00ed0531d3684');
INSERT INTO public.streams VALUES ('subscription-invoiced-basic', 3, 'd767bc507213f0c6f79329dcc8ceb967590bde31dc0660451bbcbf44d8ca3fe2');
INSERT INTO public.streams VALUES ('subscription-sub-nwrnv5t4obxrvifx4ql7', 2, '95b9ed66dbe6ccebfcd60f8b85cd194050522e1a51e40b3f20288aa43d8063c7');
INSERT INTO public.streams VALUES ('upgrade-up-nwrnv5t4obxrvifx4ql7', 7, '3697e6cba3395693879d9fa3651123476364c37fe24949e7418735b651a44e42');
INSERT INTO public.streams VALUES ('subscription-parked-basic', 2, '2c1c77751ee0eaa126e0d303800b91819877cd0d522313e7ca2ca6087802f497');
INSERT INTO public.streams VALUES ('subscription-sub-jpq3spgbgboiezemqcgf', 1, 'a2a92cff7fa02fc314ba3c3ebd07aca08b76770ee4b34f2c987ca2196568740d');
INSERT INTO public.streams VALUES ('upgrade-up-jpq3spgbgboiezemqcgf', 6, 'be10d9d12f4f2bf609b57f1a3f7678c507621aaf43132142cee0e0f4e42b0537');

INSERT INTO public.subscriptions VALUES ('scheduled-basic', 'scheduled', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('waiting-basic', 'waiting', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('declined-basic', 'declined', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('canceled-basic', 'canceled', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('quoted-basic', 'quoted', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('byhand-basic', 'byhand', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('refused-basic', 'refused', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, 5.00, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1, NULL);
INSERT INTO public.subscriptions VALUES ('complete-basic', 'complete', 'basic', 5, 'canceled', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, false, NULL, NULL, 'up-q5jvknxqhst7bgf2236x', '2026-11-28', 0, 0, NULL);
INSERT INTO public.subscriptions VALUES ('sub-q5jvknxqhst7bgf2236x', 'complete', 'premium', 5, 'active', 'monthly', '2026-11-28', 22.00, NULL, NULL, '[]', NULL, true, 'up-q5jvknxqhst7bgf2236x', NULL, NULL, NULL, 2, 0, NULL);
INSERT INTO public.subscriptions VALUES ('invoiced-basic', 'invoiced', 'basic', 5, 'canceled', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, false, NULL, NULL, 'up-nwrnv5t4obxrvifx4ql7', '2026-11-28', 0, 0, NULL);
INSERT INTO public.subscriptions VALUES ('sub-nwrnv5t4obxrvifx4ql7', 'invoiced', 'premium', 5, 'active', 'monthly', '2026-11-28', 22.00, NULL, NULL, '[]', NULL, true, 'up-nwrnv5t4obxrvifx4ql7', NULL, NULL, NULL, 2, 0, NULL);
INSERT INTO public.subscriptions VALUES ('parked-basic', 'parked', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, 'up-jpq3spgbgboiezemqcgf', NULL, NULL, 1, 0, '2026-11-29 00:19:22.212364+00');
INSERT INTO public.subscriptions VALUES ('sub-jpq3spgbgboiezemqcgf', 'parked', 'premium', 5, 'active', 'monthly', '2026-11-28', 22.00, NULL, NULL, '[]', NULL, false, 'up-jpq3spgbgboiezemqcgf', 'up-jpq3spgbgboiezemqcgf', NULL, NULL, 1, 0, '2026-11-29 00:19:22.212364+00');
INSERT INTO public.subscriptions VALUES ('sub-nyl6yhbrbosqetbikvbg', 'undone', 'premium', 5, 'canceled', 'monthly', '2026-11-28', 22.00, NULL, NULL, '[]', NULL, false, 'up-nyl6yhbrbosqetbikvbg', NULL, 'up-nyl6yhbrbosqetbikvbg', NULL, 0, 0, NULL);
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

INSERT INTO public.upgrades VALUES ('up-sflhconl2ztwle44orai', 'scheduled', 'scheduled-basic', 'q-22f7138f262c49b68a7a', 'scheduled', true, '2026-12-18 08:00:00+00', 'nvjqpgavlvylygvyct7p', '{"alert": null, "stage": "scheduled", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 2, "alert_at": null, "deadline": "2026-12-18T08:00:00Z", "quote_id": "q-22f7138f262c49b68a7a", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:18:35.220940Z", "stage": "checking"}, {"at": "2026-11-28T23:18:35.220940Z", "stage": "scheduled"}], "attention": null, "placed_at": "2026-11-28T23:18:35.220940Z", "tenant_id": "scheduled", "upgrade_id": "up-sflhconl2ztwle44orai", "expected_by": null, "workflow_id": "plan-upgrade-up-sflhconl2ztwle44orai", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "scheduled-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-gdb7i242epnfqguiloe7', 'waiting', 'waiting-basic', 'q-99feb62edd2640a0a892', 'awaiting_credit_check', true, '2026-12-02 08:00:00+00', '36cxah5i6r33klz3hqqr', '{"alert": null, "stage": "awaiting_credit_check", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 2, "alert_at": "2026-12-02T04:00:00Z", "deadline": "2026-12-02T08:00:00Z", "quote_id": "q-99feb62edd2640a0a892", "refusals": [], "reviewer": "operators", "timeline": [{"at": "2026-11-28T23:18:40.452359Z", "stage": "checking"}, {"at": "2026-11-28T23:18:40.452359Z", "stage": "awaiting_credit_check"}], "attention": null, "placed_at": "2026-11-28T23:18:40.452359Z", "tenant_id": "waiting", "upgrade_id": "up-gdb7i242epnfqguiloe7", "expected_by": null, "workflow_id": "plan-upgrade-up-gdb7i242epnfqguiloe7", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "waiting-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-pgybwoiuothhklgpp4gb', 'declined', 'declined-basic', 'q-4e382778ffad4ca1b669', 'declined', false, NULL, 'zw7jxvx4nwnsybb37lve', '{"alert": null, "stage": "declined", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 3, "alert_at": null, "deadline": null, "quote_id": "q-4e382778ffad4ca1b669", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:18:45.823101Z", "stage": "checking"}, {"at": "2026-11-28T23:18:45.823101Z", "stage": "awaiting_credit_check"}, {"at": "2026-11-28T23:18:48.071958Z", "stage": "declined"}], "attention": null, "placed_at": "2026-11-28T23:18:45.823101Z", "tenant_id": "declined", "upgrade_id": "up-pgybwoiuothhklgpp4gb", "expected_by": null, "workflow_id": "plan-upgrade-up-pgybwoiuothhklgpp4gb", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "declined-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-m6iddppit546tybb6tyx', 'canceled', 'canceled-basic', 'q-f6c597e3787c4288b8b2', 'canceled', false, NULL, 'kgl3mkjwjilvzlpn6prv', '{"alert": null, "stage": "canceled", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": "another plan", "undoing": false, "version": 3, "alert_at": null, "deadline": null, "quote_id": "q-f6c597e3787c4288b8b2", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:18:52.796566Z", "stage": "checking"}, {"at": "2026-11-28T23:18:52.796566Z", "stage": "awaiting_credit_check"}, {"at": "2026-11-28T23:18:55.328556Z", "stage": "canceled"}], "attention": null, "placed_at": "2026-11-28T23:18:52.796566Z", "tenant_id": "canceled", "upgrade_id": "up-m6iddppit546tybb6tyx", "expected_by": null, "workflow_id": "plan-upgrade-up-m6iddppit546tybb6tyx", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "canceled-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-h5g7uqpn4urpi2k4izqk', 'refused', 'refused-basic', 'q-3fc47a8c3eb04afbb384', 'refused', false, NULL, 'nmfsckeumki6qvgnepmw', '{"alert": null, "stage": "refused", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 2, "alert_at": null, "deadline": null, "quote_id": "q-3fc47a8c3eb04afbb384", "refusals": [{"code": "unpaid_balance", "remedy": {"text": {"en": "Pay the balance now. After the payment has been made, check again.", "zh-TW": "請立即支付餘額。付款完成之後，請再次檢查。"}, "action": "pay_now", "retry_after": null}, "message": {"en": "The subscription refused-basic has an unpaid balance of $5.00.", "zh-TW": "訂閱 refused-basic 有未付款的餘額 US$5.00。"}, "evidence": {"currency": "USD", "balance_due": "5.00", "subscription_id": "refused-basic"}, "temporary": false}], "reviewer": null, "timeline": [{"at": "2026-11-28T23:19:01.598569Z", "stage": "checking"}, {"at": "2026-11-28T23:19:01.598569Z", "stage": "refused"}], "attention": null, "placed_at": "2026-11-28T23:19:01.598569Z", "tenant_id": "refused", "upgrade_id": "up-h5g7uqpn4urpi2k4izqk", "expected_by": null, "workflow_id": "plan-upgrade-up-h5g7uqpn4urpi2k4izqk", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "refused-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-q5jvknxqhst7bgf2236x', 'complete', 'complete-basic', 'q-6f90941f05c54ad1a14d', 'awaiting_invoice', false, '2026-12-11 08:00:00+00', 'emfcbhduyr7r3by7qiyo', '{"alert": null, "stage": "awaiting_invoice", "users": {"moved": 2, "total": 2, "failed": 0, "skipped": 0, "remaining": 0, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 6, "alert_at": null, "deadline": "2026-12-11T08:00:00Z", "quote_id": "q-6f90941f05c54ad1a14d", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:19:06.913496Z", "stage": "checking"}, {"at": "2026-11-28T23:19:06.913496Z", "stage": "moving_users"}, {"at": "2026-11-28T23:19:06.946988Z", "stage": "switching_billing"}, {"at": "2026-11-28T23:19:07.039581Z", "stage": "awaiting_invoice"}], "attention": null, "placed_at": "2026-11-28T23:19:06.913496Z", "tenant_id": "complete", "upgrade_id": "up-q5jvknxqhst7bgf2236x", "expected_by": null, "workflow_id": "plan-upgrade-up-q5jvknxqhst7bgf2236x", "completed_at": "2026-11-28T23:19:07.039581Z", "invoice_number": null, "target_plan_id": "premium", "subscription_id": "complete-basic", "new_subscription_id": "sub-q5jvknxqhst7bgf2236x"}');
INSERT INTO public.upgrades VALUES ('up-nwrnv5t4obxrvifx4ql7', 'invoiced', 'invoiced-basic', 'q-f453d46254aa44818957', 'invoiced', false, NULL, 'p6fq32r4ika7lgsspoki', '{"alert": null, "stage": "invoiced", "users": {"moved": 2, "total": 2, "failed": 0, "skipped": 0, "remaining": 0, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 7, "alert_at": null, "deadline": null, "quote_id": "q-f453d46254aa44818957", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:19:11.653205Z", "stage": "checking"}, {"at": "2026-11-28T23:19:11.653205Z", "stage": "moving_users"}, {"at": "2026-11-28T23:19:11.683765Z", "stage": "switching_billing"}, {"at": "2026-11-28T23:19:11.788832Z", "stage": "awaiting_invoice"}, {"at": "2026-12-11T08:00:00.017463Z", "stage": "invoiced"}], "attention": null, "placed_at": "2026-11-28T23:19:11.653205Z", "tenant_id": "invoiced", "upgrade_id": "up-nwrnv5t4obxrvifx4ql7", "expected_by": null, "workflow_id": "plan-upgrade-up-nwrnv5t4obxrvifx4ql7", "completed_at": "2026-11-28T23:19:11.788832Z", "invoice_number": "INV-00000001", "target_plan_id": "premium", "subscription_id": "invoiced-basic", "new_subscription_id": "sub-nwrnv5t4obxrvifx4ql7"}');
INSERT INTO public.upgrades VALUES ('up-jpq3spgbgboiezemqcgf', 'parked', 'parked-basic', 'q-1809fe5f2fc045f0969a', 'needs_attention', true, NULL, 'wa3ma622wfguqocadyet', '{"alert": null, "stage": "needs_attention", "users": {"moved": 1, "total": 2, "failed": 1, "skipped": 0, "remaining": 0, "per_second": null, "estimated_end": null}, "change": null, "reason": null, "undoing": false, "version": 6, "alert_at": "2026-11-29T00:19:22.190507Z", "deadline": null, "quote_id": "q-1809fe5f2fc045f0969a", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:19:22.190507Z", "stage": "checking"}, {"at": "2026-11-28T23:19:22.190507Z", "stage": "moving_users"}, {"at": "2026-11-28T23:19:25.477213Z", "stage": "needs_attention"}], "attention": {"step": "move-users", "cause": "users_failed: 1 users cannot be moved: 1 legal_hold", "continue_with": ["starter.py retry up-jpq3spgbgboiezemqcgf", "starter.py undo up-jpq3spgbgboiezemqcgf --reason \"WHY\"", "starter.py skip up-jpq3spgbgboiezemqcgf --all-failed --reason \"WHY\""]}, "placed_at": "2026-11-28T23:19:22.190507Z", "tenant_id": "parked", "upgrade_id": "up-jpq3spgbgboiezemqcgf", "expected_by": "2026-11-29T00:19:22.190507Z", "workflow_id": "plan-upgrade-up-jpq3spgbgboiezemqcgf", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "parked-basic", "new_subscription_id": "sub-jpq3spgbgboiezemqcgf"}');
INSERT INTO public.upgrades VALUES ('up-nyl6yhbrbosqetbikvbg', 'undone', 'undone-basic', 'q-a7a81a56061f4050981f', 'undone', false, NULL, 'k4phfjytmwnfemxdwaai', '{"alert": null, "stage": "undone", "users": {"moved": 0, "total": 2, "failed": 0, "skipped": 0, "remaining": 2, "per_second": null, "estimated_end": null}, "change": null, "reason": "not now", "undoing": false, "version": 10, "alert_at": null, "deadline": null, "quote_id": "q-a7a81a56061f4050981f", "refusals": [], "reviewer": null, "timeline": [{"at": "2026-11-28T23:19:27.038527Z", "stage": "checking"}, {"at": "2026-11-28T23:19:27.038527Z", "stage": "moving_users"}, {"at": "2026-11-28T23:19:30.345352Z", "stage": "needs_attention"}, {"at": "2026-11-28T23:19:32.649296Z", "stage": "moving_users"}, {"at": "2026-11-28T23:19:32.658510Z", "stage": "undone"}], "attention": null, "placed_at": "2026-11-28T23:19:27.038527Z", "tenant_id": "undone", "upgrade_id": "up-nyl6yhbrbosqetbikvbg", "expected_by": null, "workflow_id": "plan-upgrade-up-nyl6yhbrbosqetbikvbg", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "undone-basic", "new_subscription_id": "sub-nyl6yhbrbosqetbikvbg"}');

INSERT INTO public.user_blocks VALUES ('parked-basic', 'bob@parked.example', 'legal_hold', '', '2026-11-28 23:19:17.511343+00');
INSERT INTO public.user_blocks VALUES ('undone-basic', 'bob@undone.example', 'legal_hold', '', '2026-11-28 23:19:18.428907+00');

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

CREATE TRIGGER subscriptions_keep_their_tenant BEFORE UPDATE OF tenant_id ON public.subscriptions FOR EACH ROW WHEN ((old.tenant_id <> new.tenant_id)) EXECUTE FUNCTION public.keep_tenant_of_subscription();

CREATE TRIGGER subscriptions_with_users_stay BEFORE DELETE ON public.subscriptions FOR EACH ROW WHEN ((old.assigned <> 0)) EXECUTE FUNCTION public.keep_subscription_with_users();

CREATE TRIGGER targets_are_alive AFTER INSERT ON public.upgrades FOR EACH ROW WHEN ((new.is_open AND ((new.view #>> '{change,into}'::text[]) IS NOT NULL))) EXECUTE FUNCTION public.require_a_living_target();

CREATE TRIGGER tenants_keep_their_currency BEFORE UPDATE OF body ON public.tenants FOR EACH ROW WHEN (((old.body ->> 'currency'::text) <> (new.body ->> 'currency'::text))) EXECUTE FUNCTION public.keep_currency_of_tenant();

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
