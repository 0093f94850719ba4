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
            prepaid, balance_due, add_ons, blocked, billed, opened_by, locked_by, ended_by, ended_on
        )
        select subscription_id, tenant_id, plan_id, licenses, status, billing, cycle_anchor, price,
            prepaid, balance_due, add_ons, blocked, billed, opened_by, locked_by, ended_by, ended_on
        from jsonb_populate_recordset(null::subscriptions, new_rows -> 'subscriptions')
        on conflict (subscription_id) do update set
            tenant_id = excluded.tenant_id, plan_id = excluded.plan_id,
            licenses = excluded.licenses, status = excluded.status, billing = excluded.billing,
            cycle_anchor = excluded.cycle_anchor, price = excluded.price,
            prepaid = excluded.prepaid, balance_due = excluded.balance_due,
            add_ons = excluded.add_ons, blocked = excluded.blocked, billed = excluded.billed,
            opened_by = excluded.opened_by, locked_by = excluded.locked_by,
            ended_by = excluded.ended_by, ended_on = excluded.ended_on;
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

CREATE FUNCTION public.count_assignments() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
    RETURN ((EXISTS (SELECT FROM public.subscriptions s WHERE ((s.subscription_id = has_met_an_upgrade.id) AND (s.opened_by IS NOT NULL)))) OR (EXISTS (SELECT FROM public.upgrades u WHERE (u.subscription_id = has_met_an_upgrade.id))));

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

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op
        using errcode = 'PU002';
end
$$;

CREATE FUNCTION public.require_balance() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if exists (
        select from ledger_entries where upgrade_id = new.upgrade_id
        group by currency having sum(amount_minor) <> 0
    ) then
        raise exception 'the ledger of upgrade % does not balance', new.upgrade_id
            using errcode = 'check_violation', constraint = 'ledger_balances';
    end if;
    return null;
end
$$;

CREATE FUNCTION public.subscription_json(s public.subscriptions) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN jsonb_build_object('id', (s).subscription_id, 'tenant_id', (s).tenant_id, 'plan_id', (s).plan_id, 'licenses', (s).licenses, 'status', (s).status, 'billing', (s).billing, 'cycle_anchor', (s).cycle_anchor, 'price', ((s).price)::text, 'prepaid', (s).prepaid, 'balance_due', ((s).balance_due)::text, 'add_ons', (s).add_ons, 'blocked', (s).blocked, 'assigned', (s).assigned, 'users_with_disabled_services', (s).users_with_disabled_services);

CREATE TABLE public.assignments (
    subscription_id text NOT NULL,
    user_id text NOT NULL,
    disabled_services text[] DEFAULT '{}'::text[] NOT NULL
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

CREATE TABLE public.followers (
    name text NOT NULL,
    transaction_id xid8 NOT NULL,
    global_position bigint NOT NULL
);

CREATE TABLE public.incidents (
    service_id text NOT NULL,
    reference text NOT NULL
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
    body jsonb NOT NULL
);

CREATE TABLE public.ledger_entries (
    upgrade_id text NOT NULL,
    entry smallint NOT NULL,
    tenant_id text NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    booked_at timestamp with time zone NOT NULL,
    CONSTRAINT ledger_entries_amount_minor_check CHECK ((amount_minor <> 0))
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
    moved_at timestamp with time zone NOT NULL,
    returned_at timestamp with time zone
);

CREATE TABLE public.notices (
    notice_id text NOT NULL,
    tenant_id text NOT NULL,
    kind text NOT NULL,
    upgrade_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    text jsonb NOT NULL
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
INSERT INTO public.assignments VALUES ('sub-sgqylgwygbc2keua4c5j', 'ada@complete.example', '{}');
INSERT INTO public.assignments VALUES ('sub-sgqylgwygbc2keua4c5j', 'bob@complete.example', '{}');
INSERT INTO public.assignments VALUES ('sub-ybenjrw6s7vzn3svjtan', 'ada@invoiced.example', '{}');
INSERT INTO public.assignments VALUES ('sub-ybenjrw6s7vzn3svjtan', 'bob@invoiced.example', '{}');

INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (1, 'subscription-scheduled-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:16:30.437410Z", "subscription": {"id": "scheduled-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "scheduled", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:16:30.450968+00', '755', 'import-1', 1, '', '62adb56482b60f25d4bb878b3d76da11a005d58e202a48ae5260be0852e23e51');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (2, 'subscription-waiting-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:16:30.437410Z", "subscription": {"id": "waiting-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "waiting", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:16:30.451547+00', '755', 'import-1', 1, '', '174cd0b65c347fbc6146a471d6fe70a8e0c8f8a45626d6762b374978f47ad76f');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (3, 'subscription-declined-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:16:30.437410Z", "subscription": {"id": "declined-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "declined", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:16:30.451747+00', '755', 'import-1', 1, '', '5ecae5916e54d3a54742bdc6c155b37eb8f4eb7fd55fd04dd52c934b188b92cb');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (4, 'subscription-canceled-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:16:30.437410Z", "subscription": {"id": "canceled-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "canceled", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:16:30.4519+00', '755', 'import-1', 1, '', 'f0deca6fa7909c8fe953f8709bd0776d3537ade0e64ae692bb53b90ad1f6b78f');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (5, 'subscription-refused-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:16:30.437410Z", "subscription": {"id": "refused-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "refused", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:16:30.452041+00', '755', 'import-1', 1, '', 'aa799bd45965b6fd7f4c20b9b0017090c96056926f6f2242f766fba04212f88c');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (6, 'subscription-complete-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:16:30.437410Z", "subscription": {"id": "complete-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "complete", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:16:30.452192+00', '755', 'import-1', 1, '', 'a6b8488ea88c9946ca71aac468a429ed53e3683a16f890bed951bf97c6b3942f');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (7, 'subscription-invoiced-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:16:30.437410Z", "subscription": {"id": "invoiced-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "invoiced", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:16:30.452337+00', '755', 'import-1', 1, '', 'b9972b60fdcdc1f70534b8bdecf2d1cf74b8b317a905fd5e553b24dec906f9a3');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (8, 'subscription-quoted-basic', 1, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:16:30.437410Z", "subscription": {"id": "quoted-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "quoted", "balance_due": null, "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:16:30.4524+00', '755', 'import-1', 1, '', 'bb065de645ad9ae3ea8b1358964bf658a145d69ed0b9aaf40211a87ac9834801');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (9, 'upgrade-up-mhozzo5idbi5sj3ms6mk', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:16:32.486964Z", "order": {"quote_id": "q-72f94ff6ae23436196c2", "schedule": "2026-12-18", "tenant_id": "scheduled", "upgrade_id": "up-mhozzo5idbi5sj3ms6mk", "target_plan_id": "premium", "idempotency_key": "q-72f94ff6ae23436196c2", "subscription_id": "scheduled-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "a4df6147cfb79299f8137e17aaf3d633c1d160ff5a8496d8b2c75a90c221cd08", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "scheduled-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-72f94ff6ae23436196c2", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "scheduled", "created_at": "2026-11-28T23:16:31Z", "expires_at": "2026-12-05T23:16:31Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "scheduled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-mhozzo5idbi5sj3ms6mk"}', '2026-11-28 23:16:32.653318+00', '757', 'PlaceOrder', 1, '', 'ab9720c8d48b808c9d9a330cddab6a404a18234d26693dd89194eb793c598602');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (10, 'upgrade-up-mhozzo5idbi5sj3ms6mk', 2, 'UpgradeScheduled', 1, '{"at": "2026-11-28T23:16:32.486964Z", "starts_at": "2026-12-18T08:00:00Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-mhozzo5idbi5sj3ms6mk"}', '2026-11-28 23:16:32.653994+00', '757', 'PlaceOrder', 2, 'ab9720c8d48b808c9d9a330cddab6a404a18234d26693dd89194eb793c598602', '656ab520a65bfa7b6b4cb981229fe8cf37c92af7730a67ecc9ae4d9ee16d28f7');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (11, 'upgrade-up-7auxdp3gx3mdcpdygdyj', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:16:35.998386Z", "order": {"quote_id": "q-2ea2e1f619b544859851", "schedule": null, "tenant_id": "waiting", "upgrade_id": "up-7auxdp3gx3mdcpdygdyj", "target_plan_id": "premium", "idempotency_key": "q-2ea2e1f619b544859851", "subscription_id": "waiting-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "8b9e543ab5aa9e5e386c71f50c9ce9a8bc6d3c63c19ded5b73db29edce8dc31b", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "waiting-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by 2026-12-02 00:00 (America/Los_Angeles). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於 2026 年 12 月 2 日 00:00（America/Los_Angeles） 完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-2ea2e1f619b544859851", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "waiting", "created_at": "2026-11-28T23:16:33Z", "expires_at": "2026-12-05T23:16:33Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "waiting-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-7auxdp3gx3mdcpdygdyj"}', '2026-11-28 23:16:36.028273+00', '759', 'PlaceOrder', 1, '', 'd953f16d92c6d319b15b10fa877b13260c5970bbea4aca3c2c0c8294b6e6be23');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (12, 'upgrade-up-7auxdp3gx3mdcpdygdyj', 2, 'CreditCheckRequired', 1, '{"at": "2026-11-28T23:16:35.998386Z", "reasons": ["threshold_reached"], "calendar": "US", "deadline": "2026-12-02T08:00:00Z", "calendar_version": "holidays 0.108"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-7auxdp3gx3mdcpdygdyj"}', '2026-11-28 23:16:36.028546+00', '759', 'PlaceOrder', 2, 'd953f16d92c6d319b15b10fa877b13260c5970bbea4aca3c2c0c8294b6e6be23', 'ca0bf36994287cfddef66e89af9a6f60cdfb6c6ceff7c28b4f219b75ffc4e5e4');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (13, 'upgrade-up-3xwopltjlnqu7zdpthen', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:16:39.080138Z", "order": {"quote_id": "q-c54ffb165708437eaaa4", "schedule": null, "tenant_id": "declined", "upgrade_id": "up-3xwopltjlnqu7zdpthen", "target_plan_id": "premium", "idempotency_key": "q-c54ffb165708437eaaa4", "subscription_id": "declined-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "66f38d39ee79792239489f363b728754cbdaa635c3c4efcf560793a2151c466b", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "declined-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by 2026-12-02 00:00 (America/Los_Angeles). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於 2026 年 12 月 2 日 00:00（America/Los_Angeles） 完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-c54ffb165708437eaaa4", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "declined", "created_at": "2026-11-28T23:16:37Z", "expires_at": "2026-12-05T23:16:37Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "declined-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-3xwopltjlnqu7zdpthen"}', '2026-11-28 23:16:39.144624+00', '761', 'PlaceOrder', 1, '', 'ebd5d488306d4d3137c5f15263d25a292f420759118aae9e3d75f555ec8cd75a');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (14, 'upgrade-up-3xwopltjlnqu7zdpthen', 2, 'CreditCheckRequired', 1, '{"at": "2026-11-28T23:16:39.080138Z", "reasons": ["threshold_reached"], "calendar": "US", "deadline": "2026-12-02T08:00:00Z", "calendar_version": "holidays 0.108"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-3xwopltjlnqu7zdpthen"}', '2026-11-28 23:16:39.145056+00', '761', 'PlaceOrder', 2, 'ebd5d488306d4d3137c5f15263d25a292f420759118aae9e3d75f555ec8cd75a', 'b3668279c0eff60a50c5c5c68ae5d8f7c564c6b0b921ffc2db198d26a2c4c953');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (15, 'upgrade-up-3xwopltjlnqu7zdpthen', 3, 'CreditCheckDeclined', 1, '{"at": "2026-11-28T23:16:40.831937Z", "reason": "", "reference": "CR-1"}', '{"step": "decide_credit_check", "workflow_id": "plan-upgrade-up-3xwopltjlnqu7zdpthen"}', '2026-11-28 23:16:40.841531+00', '762', 'decide-declined-CR-1', 1, 'b3668279c0eff60a50c5c5c68ae5d8f7c564c6b0b921ffc2db198d26a2c4c953', '398f354ec0d6f57f1f355de974c33ccf64d8a10822c8fc3a397a2ffb5cfa7abb');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (16, 'upgrade-up-p7r47snwaupfhmutdm5c', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:16:44.804665Z", "order": {"quote_id": "q-8c1e0a7f1c8547f1af1f", "schedule": null, "tenant_id": "canceled", "upgrade_id": "up-p7r47snwaupfhmutdm5c", "target_plan_id": "premium", "idempotency_key": "q-8c1e0a7f1c8547f1af1f", "subscription_id": "canceled-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "6983f8b84ae05cca0aa616f18664ad3f22388fcdd2372bf3c8fb750f31c20f7c", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "canceled-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by 2026-12-02 00:00 (America/Los_Angeles). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於 2026 年 12 月 2 日 00:00（America/Los_Angeles） 完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-8c1e0a7f1c8547f1af1f", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "canceled", "created_at": "2026-11-28T23:16:42Z", "expires_at": "2026-12-05T23:16:42Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "canceled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-p7r47snwaupfhmutdm5c"}', '2026-11-28 23:16:44.84547+00', '764', 'PlaceOrder', 1, '', '95ec56644ce6ec17b8ef38118830b5bcfcef63e527b10203085e43246f93dd36');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (17, 'upgrade-up-p7r47snwaupfhmutdm5c', 2, 'CreditCheckRequired', 1, '{"at": "2026-11-28T23:16:44.804665Z", "reasons": ["threshold_reached"], "calendar": "US", "deadline": "2026-12-02T08:00:00Z", "calendar_version": "holidays 0.108"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-p7r47snwaupfhmutdm5c"}', '2026-11-28 23:16:44.845736+00', '764', 'PlaceOrder', 2, '95ec56644ce6ec17b8ef38118830b5bcfcef63e527b10203085e43246f93dd36', 'ae5c231ed27934288ad629aff4c739d7546b67060247ce671b00c82ffd1a50db');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (18, 'upgrade-up-p7r47snwaupfhmutdm5c', 3, 'UpgradeCanceled', 1, '{"at": "2026-11-28T23:16:46.649965Z", "reason": "another plan"}', '{"step": "cancel", "workflow_id": "plan-upgrade-up-p7r47snwaupfhmutdm5c"}', '2026-11-28 23:16:46.663644+00', '765', 'Cancel-2026-11-28T23:16:46.649965+00:00', 1, 'ae5c231ed27934288ad629aff4c739d7546b67060247ce671b00c82ffd1a50db', '24da039170bf67361af38cc54c32756e2b7a577d9a1fc7eeb142142da807f5c8');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (19, 'subscription-refused-basic', 2, 'SubscriptionImported', 1, '{"at": "2026-11-28T23:16:48.901314Z", "subscription": {"id": "refused-basic", "price": null, "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "basic", "prepaid": null, "assigned": 2, "licenses": 5, "tenant_id": "refused", "balance_due": "5.00", "cycle_anchor": "2026-11-18", "users_with_disabled_services": 1}}', '{}', '2026-11-28 23:16:48.930679+00', '767', 'import-2', 1, 'aa799bd45965b6fd7f4c20b9b0017090c96056926f6f2242f766fba04212f88c', '63873f15e97e6a01dd5f0941db4bbfba2a066493631d3cffc3f5c55b61ec6eb7');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (20, 'upgrade-up-hzeulqkbmslkkagbbs6u', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:16:50.592233Z", "order": {"quote_id": "q-1428f2d73ddc43afbdb2", "schedule": null, "tenant_id": "refused", "upgrade_id": "up-hzeulqkbmslkkagbbs6u", "target_plan_id": "premium", "idempotency_key": "q-1428f2d73ddc43afbdb2", "subscription_id": "refused-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "901ab0ba530911bc1151ed8cf906b517e1507a3098c629266aadb2128810caa1", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "refused-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-1428f2d73ddc43afbdb2", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "refused", "created_at": "2026-11-28T23:16:47Z", "expires_at": "2026-12-05T23:16:47Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "refused-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-hzeulqkbmslkkagbbs6u"}', '2026-11-28 23:16:50.616631+00', '768', 'PlaceOrder', 1, '', '024bb7bd46155a9d375b1626649c0cbd065ba3d1bc9edb3b9dff6b779ea2bed4');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (21, 'upgrade-up-hzeulqkbmslkkagbbs6u', 2, 'UpgradeRefused', 1, '{"at": "2026-11-28T23:16:50.592233Z", "refusals": [{"code": "unpaid_balance", "remedy": {"text": {"en": "Pay the balance now. After the payment has been made, check again.", "zh-TW": "請立即支付餘額。付款完成之後，請再次檢查。"}, "action": "pay_now", "retry_after": null}, "message": {"en": "The subscription refused-basic has an unpaid balance of USD 5.00.", "zh-TW": "訂閱 refused-basic 有未付款的餘額 USD 5.00。"}, "evidence": {"currency": "USD", "balance_due": "5.00", "subscription_id": "refused-basic"}, "temporary": false}]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-hzeulqkbmslkkagbbs6u"}', '2026-11-28 23:16:50.616892+00', '768', 'PlaceOrder', 2, '024bb7bd46155a9d375b1626649c0cbd065ba3d1bc9edb3b9dff6b779ea2bed4', '85964eb07430098947ad8d1c58e8d190b1532abefb43d2a1c04b0e280fae6a91');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (22, 'upgrade-up-sgqylgwygbc2keua4c5j', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:16:54.350818Z", "order": {"quote_id": "q-18aa34e752894fa784b6", "schedule": null, "tenant_id": "complete", "upgrade_id": "up-sgqylgwygbc2keua4c5j", "target_plan_id": "premium", "idempotency_key": "q-18aa34e752894fa784b6", "subscription_id": "complete-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "e695ce6a5b55b5749f8df39d95555474f5ca03de1610c97a2eb51659882c3619", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "complete-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-18aa34e752894fa784b6", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "complete", "created_at": "2026-11-28T23:16:52Z", "expires_at": "2026-12-05T23:16:52Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "complete-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-sgqylgwygbc2keua4c5j"}', '2026-11-28 23:16:54.420148+00', '770', 'PlaceOrder', 1, '', '94333f7021aa0d69277277579fbec83c43212aec9ccc6eeefcffb65520b24ccf');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (23, 'upgrade-up-sgqylgwygbc2keua4c5j', 2, 'EligibilityConfirmed', 1, '{"at": "2026-11-28T23:16:54.350818Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-sgqylgwygbc2keua4c5j"}', '2026-11-28 23:16:54.420595+00', '770', 'PlaceOrder', 2, '94333f7021aa0d69277277579fbec83c43212aec9ccc6eeefcffb65520b24ccf', '930753e308f18e8e192d2127e9efc74dddaa4a42575d46f062ddb20fb98a8a74');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (24, 'upgrade-up-sgqylgwygbc2keua4c5j', 3, 'MoveStarted', 1, '{"at": "2026-11-28T23:16:54.370739Z", "users": 2, "new_subscription_id": "sub-sgqylgwygbc2keua4c5j"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-sgqylgwygbc2keua4c5j"}', '2026-11-28 23:16:54.54365+00', '771', 'StartMove', 1, '930753e308f18e8e192d2127e9efc74dddaa4a42575d46f062ddb20fb98a8a74', 'dcb64fdc9d89d5c4abbafb90d994b3b9a63617bb6c1a0009fb12be4dd483949b');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (25, 'subscription-complete-basic', 2, 'SubscriptionLocked', 1, '{"at": "2026-11-28T23:16:54.370739Z", "upgrade_id": "up-sgqylgwygbc2keua4c5j"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-sgqylgwygbc2keua4c5j"}', '2026-11-28 23:16:54.54394+00', '771', 'up-sgqylgwygbc2keua4c5j:StartMove', 1, 'a6b8488ea88c9946ca71aac468a429ed53e3683a16f890bed951bf97c6b3942f', '95a14f193332caba87a6e410ed1c19532a8c026eee8432a399f1b93308f42f04');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (26, 'subscription-sub-sgqylgwygbc2keua4c5j', 1, 'SubscriptionOpened', 1, '{"at": "2026-11-28T23:16:54.370739Z", "upgrade_id": "up-sgqylgwygbc2keua4c5j", "subscription": {"id": "sub-sgqylgwygbc2keua4c5j", "price": "22.00", "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "premium", "prepaid": null, "assigned": 0, "licenses": 5, "tenant_id": "complete", "balance_due": null, "cycle_anchor": "2026-11-28", "users_with_disabled_services": 0}}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-sgqylgwygbc2keua4c5j"}', '2026-11-28 23:16:54.544117+00', '771', 'up-sgqylgwygbc2keua4c5j:StartMove', 1, '', 'c287727f686d263657737b736486edb2ce6cd62072bbc3265bb6c03e3379dd41');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (27, 'upgrade-up-sgqylgwygbc2keua4c5j', 4, 'UsersMoved', 1, '{"at": "2026-11-28T23:16:54.376589Z", "batch": 1, "users": 2}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-sgqylgwygbc2keua4c5j"}', '2026-11-28 23:16:54.560692+00', '772', 'move-3', 1, 'dcb64fdc9d89d5c4abbafb90d994b3b9a63617bb6c1a0009fb12be4dd483949b', '88bb28de5d743e1e9970d3347b0c41c077c0c5900e2f237ca6bc79af96134421');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (28, 'upgrade-up-sgqylgwygbc2keua4c5j', 5, 'MoveCompleted', 1, '{"at": "2026-11-28T23:16:54.376589Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-sgqylgwygbc2keua4c5j"}', '2026-11-28 23:16:54.560802+00', '772', 'move-3', 2, '88bb28de5d743e1e9970d3347b0c41c077c0c5900e2f237ca6bc79af96134421', 'd22d3dd0648a029aeb85d1cf6f4db14967af00b97105c3cd9aef597854f70437');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (29, 'upgrade-up-sgqylgwygbc2keua4c5j', 6, 'BillingSwitched', 1, '{"at": "2026-11-28T23:16:54.590730Z", "pricing": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "forfeited": "0.00", "switch_on": "2026-11-28", "account_credit": "0.00", "credit_applied": "20.00"}, "invoice_on": "2026-12-11", "switched_on": "2026-11-28", "invoice_due_at": "2026-12-11T08:00:00Z"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-sgqylgwygbc2keua4c5j"}', '2026-11-28 23:16:54.633946+00', '773', 'switch-billing', 1, 'd22d3dd0648a029aeb85d1cf6f4db14967af00b97105c3cd9aef597854f70437', '424a3caae5d3833f88fc1fbbca9b821d009e2150727a69f5430ca96ef74f58b6');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (30, 'subscription-complete-basic', 3, 'SubscriptionCanceled', 1, '{"at": "2026-11-28T23:16:54.590730Z", "upgrade_id": "up-sgqylgwygbc2keua4c5j", "canceled_on": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-sgqylgwygbc2keua4c5j"}', '2026-11-28 23:16:54.634166+00', '773', 'up-sgqylgwygbc2keua4c5j:switch-billing', 1, '95a14f193332caba87a6e410ed1c19532a8c026eee8432a399f1b93308f42f04', '266d252b1cf231f693f1f69949656fd605c4f7784906f69e752a4c268b17bc74');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (31, 'subscription-sub-sgqylgwygbc2keua4c5j', 2, 'BillingStarted', 1, '{"at": "2026-11-28T23:16:54.590730Z", "upgrade_id": "up-sgqylgwygbc2keua4c5j", "cycle_anchor": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-sgqylgwygbc2keua4c5j"}', '2026-11-28 23:16:54.634289+00', '773', 'up-sgqylgwygbc2keua4c5j:switch-billing', 1, 'c287727f686d263657737b736486edb2ce6cd62072bbc3265bb6c03e3379dd41', '105119e51c824a706158fc085cbaefb13cd006ffb44eab42ee0a7d69e69aaecf');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (32, 'upgrade-up-ybenjrw6s7vzn3svjtan', 1, 'OrderPlaced', 1, '{"at": "2026-11-28T23:16:57.744950Z", "order": {"quote_id": "q-d93497fd51844557bad8", "schedule": null, "tenant_id": "invoiced", "upgrade_id": "up-ybenjrw6s7vzn3svjtan", "target_plan_id": "premium", "idempotency_key": "q-d93497fd51844557bad8", "subscription_id": "invoiced-basic", "accept_forfeiture": null}, "quote": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "40b1cec95b0797a82adb1b8f2b6725267b508461daca31ddb8e48649d95e9855", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "invoiced-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-d93497fd51844557bad8", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "invoiced", "created_at": "2026-11-28T23:16:55Z", "expires_at": "2026-12-05T23:16:55Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "invoiced-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}, "users": 2, "policy": {"tax": {}, "quote": {"valid_days": 7}, "seller": {"bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2}}, "plan_name": "Premium", "time_zone": "America/Los_Angeles", "billing_day": 11, "target_services": ["apps", "mail"]}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan"}', '2026-11-28 23:16:57.766635+00', '775', 'PlaceOrder', 1, '', 'cb555f511228ce621af14426cd16a323f84ddd5a1401644994354ca47652a2a3');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (33, 'upgrade-up-ybenjrw6s7vzn3svjtan', 2, 'EligibilityConfirmed', 1, '{"at": "2026-11-28T23:16:57.744950Z"}', '{"step": "check_order", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan"}', '2026-11-28 23:16:57.76682+00', '775', 'PlaceOrder', 2, 'cb555f511228ce621af14426cd16a323f84ddd5a1401644994354ca47652a2a3', '6defbe9912f9b62d72f37cb878761ddb3cdc66f73cb1ade21bbc4ace07eb34c6');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (34, 'upgrade-up-ybenjrw6s7vzn3svjtan', 3, 'MoveStarted', 1, '{"at": "2026-11-28T23:16:57.757074Z", "users": 2, "new_subscription_id": "sub-ybenjrw6s7vzn3svjtan"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan"}', '2026-11-28 23:16:57.795823+00', '776', 'StartMove', 1, '6defbe9912f9b62d72f37cb878761ddb3cdc66f73cb1ade21bbc4ace07eb34c6', 'f6dfd62e02a3cc48ea95f40f3e235dbeb0bddd4d79109e07823686bd6b9c6f09');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (35, 'subscription-invoiced-basic', 2, 'SubscriptionLocked', 1, '{"at": "2026-11-28T23:16:57.757074Z", "upgrade_id": "up-ybenjrw6s7vzn3svjtan"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan"}', '2026-11-28 23:16:57.795964+00', '776', 'up-ybenjrw6s7vzn3svjtan:StartMove', 1, 'b9972b60fdcdc1f70534b8bdecf2d1cf74b8b317a905fd5e553b24dec906f9a3', '44c706ae4646e6d131fa881b1bef12e6a5c60d3afd1468134fe1146c962c645a');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (36, 'subscription-sub-ybenjrw6s7vzn3svjtan', 1, 'SubscriptionOpened', 1, '{"at": "2026-11-28T23:16:57.757074Z", "upgrade_id": "up-ybenjrw6s7vzn3svjtan", "subscription": {"id": "sub-ybenjrw6s7vzn3svjtan", "price": "22.00", "status": "active", "add_ons": [], "billing": "monthly", "blocked": null, "plan_id": "premium", "prepaid": null, "assigned": 0, "licenses": 5, "tenant_id": "invoiced", "balance_due": null, "cycle_anchor": "2026-11-28", "users_with_disabled_services": 0}}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan"}', '2026-11-28 23:16:57.796057+00', '776', 'up-ybenjrw6s7vzn3svjtan:StartMove', 1, '', '9be4d51f35749f97134d58a7d56e4bdc8fd71c0c569f3f63b2ee36de5f36c24f');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (37, 'upgrade-up-ybenjrw6s7vzn3svjtan', 4, 'UsersMoved', 1, '{"at": "2026-11-28T23:16:57.769031Z", "batch": 1, "users": 2}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan"}', '2026-11-28 23:16:57.838285+00', '777', 'move-3', 1, 'f6dfd62e02a3cc48ea95f40f3e235dbeb0bddd4d79109e07823686bd6b9c6f09', '2fdb9241b5c1e9c531515ab22ba50a17f302a1579025151ba3b806880ab7942d');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (38, 'upgrade-up-ybenjrw6s7vzn3svjtan', 5, 'MoveCompleted', 1, '{"at": "2026-11-28T23:16:57.769031Z"}', '{"step": "move_users", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan"}', '2026-11-28 23:16:57.838663+00', '777', 'move-3', 2, '2fdb9241b5c1e9c531515ab22ba50a17f302a1579025151ba3b806880ab7942d', '924989e48ba9363b744efe1f8e9fea17498d9d895940761a0979db77c0d92351');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (39, 'upgrade-up-ybenjrw6s7vzn3svjtan', 6, 'BillingSwitched', 1, '{"at": "2026-11-28T23:16:57.884221Z", "pricing": {"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "forfeited": "0.00", "switch_on": "2026-11-28", "account_credit": "0.00", "credit_applied": "20.00"}, "invoice_on": "2026-12-11", "switched_on": "2026-11-28", "invoice_due_at": "2026-12-11T08:00:00Z"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan"}', '2026-11-28 23:16:57.930905+00', '778', 'switch-billing', 1, '924989e48ba9363b744efe1f8e9fea17498d9d895940761a0979db77c0d92351', '6ba48adad0b77e7f73a391e6c322075d85804ad73981b4c69209e5114eab7a2d');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (40, 'subscription-invoiced-basic', 3, 'SubscriptionCanceled', 1, '{"at": "2026-11-28T23:16:57.884221Z", "upgrade_id": "up-ybenjrw6s7vzn3svjtan", "canceled_on": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan"}', '2026-11-28 23:16:57.931113+00', '778', 'up-ybenjrw6s7vzn3svjtan:switch-billing', 1, '44c706ae4646e6d131fa881b1bef12e6a5c60d3afd1468134fe1146c962c645a', '4101258a8657e34c225d4864a79bd2de0c7d42e1ab049224938017f60a03bfc3');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (41, 'subscription-sub-ybenjrw6s7vzn3svjtan', 2, 'BillingStarted', 1, '{"at": "2026-11-28T23:16:57.884221Z", "upgrade_id": "up-ybenjrw6s7vzn3svjtan", "cycle_anchor": "2026-11-28"}', '{"step": "switch_billing", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan"}', '2026-11-28 23:16:57.931199+00', '778', 'up-ybenjrw6s7vzn3svjtan:switch-billing', 1, '9be4d51f35749f97134d58a7d56e4bdc8fd71c0c569f3f63b2ee36de5f36c24f', '04501e7639b888380003a8deb8f79a59fb5700e3eee5f54e96ed6ef8cd7cd633');
INSERT INTO public.events OVERRIDING SYSTEM VALUE VALUES (42, 'upgrade-up-ybenjrw6s7vzn3svjtan', 7, 'InvoiceIssued', 1, '{"at": "2026-12-11T08:00:00.021120Z", "number": "INV-00000001", "issued_on": "2026-12-11"}', '{"step": "issue_invoice", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan"}', '2026-11-28 23:16:59.591488+00', '779', 'IssueInvoice', 1, '6ba48adad0b77e7f73a391e6c322075d85804ad73981b4c69209e5114eab7a2d', 'a10c6b9fa70f8023cade93d0ad4e8c483271cf2bfd14620bf17676d1db2cc145');

INSERT INTO public.invoice_numbers VALUES ('plan-upgrades', 1);

INSERT INTO public.invoices VALUES ('INV-00000001', 'up-ybenjrw6s7vzn3svjtan', 'invoiced', '2026-12-11', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "due_on": "2026-12-11", "number": "INV-00000001", "seller": {"bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "issued_on": "2026-12-11", "plan_name": "Premium", "tenant_id": "invoiced", "upgrade_id": "up-ybenjrw6s7vzn3svjtan", "switched_on": "2026-11-28", "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "subscription_id": "invoiced-basic", "new_subscription_id": "sub-ybenjrw6s7vzn3svjtan", "credit_reaches_account_by": "2026-12-16"}');

INSERT INTO public.ledger_entries VALUES ('up-sgqylgwygbc2keua4c5j', 1, 'complete', 'receivable', 'USD', 11000, '2026-11-28 23:16:54.59073+00');
INSERT INTO public.ledger_entries VALUES ('up-sgqylgwygbc2keua4c5j', 2, 'complete', 'revenue', 'USD', -11000, '2026-11-28 23:16:54.59073+00');
INSERT INTO public.ledger_entries VALUES ('up-sgqylgwygbc2keua4c5j', 3, 'complete', 'unused_service', 'USD', 2000, '2026-11-28 23:16:54.59073+00');
INSERT INTO public.ledger_entries VALUES ('up-sgqylgwygbc2keua4c5j', 4, 'complete', 'receivable', 'USD', -2000, '2026-11-28 23:16:54.59073+00');
INSERT INTO public.ledger_entries VALUES ('up-ybenjrw6s7vzn3svjtan', 1, 'invoiced', 'receivable', 'USD', 11000, '2026-11-28 23:16:57.884221+00');
INSERT INTO public.ledger_entries VALUES ('up-ybenjrw6s7vzn3svjtan', 2, 'invoiced', 'revenue', 'USD', -11000, '2026-11-28 23:16:57.884221+00');
INSERT INTO public.ledger_entries VALUES ('up-ybenjrw6s7vzn3svjtan', 3, 'invoiced', 'unused_service', 'USD', 2000, '2026-11-28 23:16:57.884221+00');
INSERT INTO public.ledger_entries VALUES ('up-ybenjrw6s7vzn3svjtan', 4, 'invoiced', 'receivable', 'USD', -2000, '2026-11-28 23:16:57.884221+00');

INSERT INTO public.migrations VALUES ('0001_event_store.sql', '31feb6fb19beeaf41014941ee77b51f91f4cd5de46514709a09a3411453bdc46', '2026-11-28 23:16:28.678087+00');
INSERT INTO public.migrations VALUES ('0002_world.sql', '92357b054f5a556cae94fb41a9759e38181f814492726c86f587511ed445c251', '2026-11-28 23:16:28.694895+00');
INSERT INTO public.migrations VALUES ('0003_upgrades.sql', 'bb5ccd3f20c7245950b09bdf792f8f1a283d62b1b440a99e27a52015492341ac', '2026-11-28 23:16:28.762639+00');
INSERT INTO public.migrations VALUES ('0004_license_changes.sql', '487d8384eddd69115412807def021c924165bc195607c50bb28e995c5f0114d7', '2026-11-28 23:16:28.771465+00');

INSERT INTO public.moved_users VALUES ('up-sgqylgwygbc2keua4c5j', 'ada@complete.example', 1, '{mail}', '2026-11-28 23:16:54.376589+00', NULL);
INSERT INTO public.moved_users VALUES ('up-sgqylgwygbc2keua4c5j', 'bob@complete.example', 1, '{}', '2026-11-28 23:16:54.376589+00', NULL);
INSERT INTO public.moved_users VALUES ('up-ybenjrw6s7vzn3svjtan', 'ada@invoiced.example', 1, '{mail}', '2026-11-28 23:16:57.769031+00', NULL);
INSERT INTO public.moved_users VALUES ('up-ybenjrw6s7vzn3svjtan', 'bob@invoiced.example', 1, '{}', '2026-11-28 23:16:57.769031+00', NULL);

INSERT INTO public.notices VALUES ('up-7auxdp3gx3mdcpdygdyj-credit_check_required', 'waiting', 'credit_check_required', 'up-7auxdp3gx3mdcpdygdyj', '2026-11-28 23:16:35.998386+00', '{"en": "Your upgrade to Premium needs a credit check, which ends by 2026-12-02 00:00 (America/Los_Angeles). Until your users are moved, they keep full access to the current plan.", "zh-TW": "您升級至 Premium 需要進行信用檢查，最遲於 2026 年 12 月 2 日 00:00（America/Los_Angeles） 完成。在移轉之前，使用者仍可完整存取目前的方案。"}');
INSERT INTO public.notices VALUES ('up-3xwopltjlnqu7zdpthen-credit_check_required', 'declined', 'credit_check_required', 'up-3xwopltjlnqu7zdpthen', '2026-11-28 23:16:39.080138+00', '{"en": "Your upgrade to Premium needs a credit check, which ends by 2026-12-02 00:00 (America/Los_Angeles). Until your users are moved, they keep full access to the current plan.", "zh-TW": "您升級至 Premium 需要進行信用檢查，最遲於 2026 年 12 月 2 日 00:00（America/Los_Angeles） 完成。在移轉之前，使用者仍可完整存取目前的方案。"}');
INSERT INTO public.notices VALUES ('up-3xwopltjlnqu7zdpthen-credit_check_declined', 'declined', 'credit_check_declined', 'up-3xwopltjlnqu7zdpthen', '2026-11-28 23:16:40.831937+00', '{"en": "The credit check for your upgrade to Premium was declined (reference CR-1). The upgrade has ended and nothing of your current plan has changed. You can order again with another payment method, or contact support.", "zh-TW": "您升級至 Premium 的信用檢查未獲核准（參考編號 CR-1）。此次升級已結束，您目前的方案沒有任何變更。您可以改用其他付款方式重新下單，或連絡支援人員。"}');
INSERT INTO public.notices VALUES ('up-p7r47snwaupfhmutdm5c-credit_check_required', 'canceled', 'credit_check_required', 'up-p7r47snwaupfhmutdm5c', '2026-11-28 23:16:44.804665+00', '{"en": "Your upgrade to Premium needs a credit check, which ends by 2026-12-02 00:00 (America/Los_Angeles). Until your users are moved, they keep full access to the current plan.", "zh-TW": "您升級至 Premium 需要進行信用檢查，最遲於 2026 年 12 月 2 日 00:00（America/Los_Angeles） 完成。在移轉之前，使用者仍可完整存取目前的方案。"}');
INSERT INTO public.notices VALUES ('up-p7r47snwaupfhmutdm5c-upgrade_canceled', 'canceled', 'upgrade_canceled', 'up-p7r47snwaupfhmutdm5c', '2026-11-28 23:16:46.649965+00', '{"en": "Your upgrade to Premium was canceled: another plan. Your users have the plan and the settings they had before, and nothing is charged.", "zh-TW": "您升級至 Premium 的作業已取消：another plan。使用者維持原有的方案與設定，且不會收取任何費用。"}');
INSERT INTO public.notices VALUES ('up-sgqylgwygbc2keua4c5j-upgrade_complete', 'complete', 'upgrade_complete', 'up-sgqylgwygbc2keua4c5j', '2026-11-28 23:16:54.59073+00', '{"en": "Your upgrade to Premium is complete. Users moved: 2.", "zh-TW": "您已完成升級至 Premium。已移轉的使用者：2 位。"}');
INSERT INTO public.notices VALUES ('up-sgqylgwygbc2keua4c5j-switches_not_kept', 'complete', 'switches_not_kept', 'up-sgqylgwygbc2keua4c5j', '2026-11-28 23:16:54.59073+00', '{"en": "All services of Premium are on for every user. Users who had services switched off before: 1. The list of these users lets you switch them off again.", "zh-TW": "Premium 的所有服務已對每位使用者開啟。先前曾關閉部分服務的使用者有 1 位，您可以依清單重新關閉這些服務。"}');
INSERT INTO public.notices VALUES ('up-ybenjrw6s7vzn3svjtan-upgrade_complete', 'invoiced', 'upgrade_complete', 'up-ybenjrw6s7vzn3svjtan', '2026-11-28 23:16:57.884221+00', '{"en": "Your upgrade to Premium is complete. Users moved: 2.", "zh-TW": "您已完成升級至 Premium。已移轉的使用者：2 位。"}');
INSERT INTO public.notices VALUES ('up-ybenjrw6s7vzn3svjtan-switches_not_kept', 'invoiced', 'switches_not_kept', 'up-ybenjrw6s7vzn3svjtan', '2026-11-28 23:16:57.884221+00', '{"en": "All services of Premium are on for every user. Users who had services switched off before: 1. The list of these users lets you switch them off again.", "zh-TW": "Premium 的所有服務已對每位使用者開啟。先前曾關閉部分服務的使用者有 1 位，您可以依清單重新關閉這些服務。"}');
INSERT INTO public.notices VALUES ('up-ybenjrw6s7vzn3svjtan-invoice_issued', 'invoiced', 'invoice_issued', 'up-ybenjrw6s7vzn3svjtan', '2026-12-11 08:00:00.02112+00', '{"en": "Invoice INV-00000001 for your upgrade to Premium has been issued. Total: USD 90.00. It includes the credit for your old subscription.", "zh-TW": "您升級至 Premium 的發票 INV-00000001 已開立。總額：USD 90.00。其中已包含舊訂閱的折抵金額。"}');

INSERT INTO public.plans VALUES ('basic', '{"id": "basic", "kind": "plan", "name": "Basic", "sold": true, "prices": [{"annual": "72.00", "monthly": "6.00", "currency": "USD"}], "product": "basic", "audience": "commercial", "services": {"mail": 1}, "max_licenses": null}');
INSERT INTO public.plans VALUES ('standard', '{"id": "standard", "kind": "plan", "name": "Standard", "sold": true, "prices": [{"annual": "150.00", "monthly": "12.50", "currency": "USD"}], "product": "standard", "audience": "commercial", "services": {"apps": 1, "mail": 2}, "max_licenses": null}');
INSERT INTO public.plans VALUES ('premium', '{"id": "premium", "kind": "plan", "name": "Premium", "sold": true, "prices": [{"annual": "264.00", "monthly": "22.00", "currency": "USD"}], "product": "premium", "audience": "commercial", "services": {"apps": 1, "mail": 3}, "max_licenses": null}');

INSERT INTO public.policy VALUES (true, '{"tax": {}, "quote": {"valid_days": 7}, "seller": {"bic": "", "city": "", "iban": "", "name": "Plan Upgrades", "email": "", "lines": [], "phone": "", "region": "", "tax_id": "", "country": "US", "postal_code": "", "registration": ""}, "invoice": {"within_days": 30}, "capacity": {"max_open_upgrades": 1000, "retry_after_minutes": 60}, "admin_lock": {"expected_minutes": 60}, "credit_check": {"thresholds": {"USD": "1000.00"}, "business_days": 2}}');

INSERT INTO public.quotes VALUES ('q-72f94ff6ae23436196c2', 'scheduled-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "a4df6147cfb79299f8137e17aaf3d633c1d160ff5a8496d8b2c75a90c221cd08", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "scheduled-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-72f94ff6ae23436196c2", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "scheduled", "created_at": "2026-11-28T23:16:31Z", "expires_at": "2026-12-05T23:16:31Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "scheduled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:16:31.328491+00');
INSERT INTO public.quotes VALUES ('q-2ea2e1f619b544859851', 'waiting-basic', '{"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "8b9e543ab5aa9e5e386c71f50c9ce9a8bc6d3c63c19ded5b73db29edce8dc31b", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "waiting-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by 2026-12-02 00:00 (America/Los_Angeles). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於 2026 年 12 月 2 日 00:00（America/Los_Angeles） 完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-2ea2e1f619b544859851", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "waiting", "created_at": "2026-11-28T23:16:33Z", "expires_at": "2026-12-05T23:16:33Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "waiting-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:16:34.0056+00');
INSERT INTO public.quotes VALUES ('q-c54ffb165708437eaaa4', 'declined-basic', '{"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "66f38d39ee79792239489f363b728754cbdaa635c3c4efcf560793a2151c466b", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "declined-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by 2026-12-02 00:00 (America/Los_Angeles). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於 2026 年 12 月 2 日 00:00（America/Los_Angeles） 完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-c54ffb165708437eaaa4", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "declined", "created_at": "2026-11-28T23:16:37Z", "expires_at": "2026-12-05T23:16:37Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "declined-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:16:37.252043+00');
INSERT INTO public.quotes VALUES ('q-8c1e0a7f1c8547f1af1f', 'canceled-basic', '{"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "4380.00", "digest": "6983f8b84ae05cca0aa616f18664ad3f22388fcdd2372bf3c8fb750f31c20f7c", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 200, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "canceled-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": "15.00"}, "latest": {"lines": [{"kind": "charge", "amount": "4400.00", "description": "Licenses of Premium for one month: 200", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 200, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-12-03", "period_until": "2027-01-02"}}, {"kind": "credit", "amount": "-15.00", "description": "Credit for unused service of Basic: 15 of 30 days", "explanation": {"owed": "4400.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 15, "unused_value": "15.00", "account_credit": "0.00", "credit_applied": "15.00", "paid_for_cycle": "30.00"}}], "total": "4385.00", "forfeited": "0.00", "switch_on": "2026-12-03", "account_credit": "0.00", "credit_applied": "15.00"}, "billing": "monthly", "notices": [{"code": "credit_check_required", "text": {"en": "A credit check is required. If you order now, it ends by 2026-12-02 00:00 (America/Los_Angeles). Until then your users keep full access to the current plan.", "zh-TW": "此訂單需要進行信用檢查。若現在下單，最遲於 2026 年 12 月 2 日 00:00（America/Los_Angeles） 完成。在此之前，使用者仍可完整存取目前的方案。"}}, {"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 200, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 200, "quote_id": "q-8c1e0a7f1c8547f1af1f", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "canceled", "created_at": "2026-11-28T23:16:42Z", "expires_at": "2026-12-05T23:16:42Z", "credit_check": {"reasons": ["threshold_reached"], "required": true, "deadline_if_ordered_now": "2026-12-02T08:00:00Z"}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "canceled-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:16:42.701851+00');
INSERT INTO public.quotes VALUES ('q-1428f2d73ddc43afbdb2', 'refused-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "901ab0ba530911bc1151ed8cf906b517e1507a3098c629266aadb2128810caa1", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "refused-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-1428f2d73ddc43afbdb2", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "refused", "created_at": "2026-11-28T23:16:47Z", "expires_at": "2026-12-05T23:16:47Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "refused-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:16:47.832657+00');
INSERT INTO public.quotes VALUES ('q-18aa34e752894fa784b6', 'complete-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "e695ce6a5b55b5749f8df39d95555474f5ca03de1610c97a2eb51659882c3619", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "complete-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-18aa34e752894fa784b6", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "complete", "created_at": "2026-11-28T23:16:52Z", "expires_at": "2026-12-05T23:16:52Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "complete-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:16:52.216235+00');
INSERT INTO public.quotes VALUES ('q-d93497fd51844557bad8', 'invoiced-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "40b1cec95b0797a82adb1b8f2b6725267b508461daca31ddb8e48649d95e9855", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "invoiced-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-d93497fd51844557bad8", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "invoiced", "created_at": "2026-11-28T23:16:55Z", "expires_at": "2026-12-05T23:16:55Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "invoiced-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:16:56.242765+00');
INSERT INTO public.quotes VALUES ('q-c97aa21064744b5ba6be', 'quoted-basic', '{"lines": [{"kind": "charge", "amount": "110.00", "description": "Licenses of Premium for one month: 5", "explanation": {"billing": "monthly", "formula": "licenses × unit_price", "licenses": 5, "rounding": "once, half up, to 2 digits", "unit_price": "22.00", "period_from": "2026-11-28", "period_until": "2026-12-27"}}, {"kind": "credit", "amount": "-20.00", "description": "Credit for unused service of Basic: 20 of 30 days", "explanation": {"owed": "110.00", "billing": "monthly", "formula": "-min(licenses × unit_price × unused_days ÷ cycle_days, owed)", "licenses": 5, "rounding": "once, half up, to 2 digits", "forfeited": "0.00", "cycle_days": 30, "cycle_from": "2026-11-18", "unit_price": "6.00", "cycle_until": "2026-12-17", "unused_days": 20, "unused_value": "20.00", "account_credit": "0.00", "credit_applied": "20.00", "paid_for_cycle": "30.00"}}], "total": "90.00", "digest": "3678c69f0703b29294373336c6d8501570e920273da26acf13ae25dd82ff7d8d", "inputs": {"new": {"billing": "monthly", "plan_id": "premium", "licenses": 5, "plan_name": "Premium", "unit_price": "22.00"}, "old": {"billing": "monthly", "prepaid": null, "licenses": 5, "plan_name": "Basic", "unit_price": "6.00", "cycle_anchor": "2026-11-18", "subscription_id": "quoted-basic"}, "tax": null, "currency": "USD", "language": "en", "time_zone": "America/Los_Angeles", "least_credit": null}, "latest": null, "billing": "monthly", "notices": [{"code": "switches_not_kept", "text": {"en": "All services of the new plan will be on for every user, also where they are switched off now. Users with services switched off: 1.", "zh-TW": "新方案的所有服務將對每位使用者開啟，包括目前已關閉的服務。目前關閉部分服務的使用者有 1 位。"}}, {"code": "admins_locked", "text": {"en": "While users are moved, administrators cannot change licenses, assignments or the subscription. This is expected to take at most 60 minutes.", "zh-TW": "移轉使用者期間，系統管理員無法變更授權、指派或訂閱。預計最多需要 60 分鐘。"}}], "request": {"billing": "monthly", "sold_to": null, "licenses": 5, "billed_to": null, "switch_on": null, "payment_method": null, "target_plan_id": "premium", "keep_disabled_services": false}, "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "licenses": 5, "quote_id": "q-c97aa21064744b5ba6be", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "forfeited": "0.00", "switch_on": "2026-11-28", "tenant_id": "quoted", "created_at": "2026-11-28T23:17:01Z", "expires_at": "2026-12-05T23:17:01Z", "credit_check": {"reasons": [], "required": false, "deadline_if_ordered_now": null}, "users_to_move": 2, "account_credit": "0.00", "credit_applied": "20.00", "payment_method": "card", "target_plan_id": "premium", "invoice_between": ["2026-12-11", "2026-12-11"], "subscription_id": "quoted-basic", "no_forfeiture_from": null, "keep_disabled_services": false, "credit_reaches_account_by": "2026-12-16", "users_with_disabled_services": 1}', '2026-11-28 23:17:01.213834+00');

INSERT INTO public.services VALUES ('mail', '{"id": "mail", "name": "Mail", "data_related": true}');
INSERT INTO public.services VALUES ('apps', '{"id": "apps", "name": "Office apps", "data_related": false}');

INSERT INTO public.streams VALUES ('subscription-scheduled-basic', 1, '62adb56482b60f25d4bb878b3d76da11a005d58e202a48ae5260be0852e23e51');
INSERT INTO public.streams VALUES ('subscription-waiting-basic', 1, '174cd0b65c347fbc6146a471d6fe70a8e0c8f8a45626d6762b374978f47ad76f');
INSERT INTO public.streams VALUES ('subscription-declined-basic', 1, '5ecae5916e54d3a54742bdc6c155b37eb8f4eb7fd55fd04dd52c934b188b92cb');
INSERT INTO public.streams VALUES ('subscription-canceled-basic', 1, 'f0deca6fa7909c8fe953f8709bd0776d3537ade0e64ae692bb53b90ad1f6b78f');
INSERT INTO public.streams VALUES ('subscription-quoted-basic', 1, 'bb065de645ad9ae3ea8b1358964bf658a145d69ed0b9aaf40211a87ac9834801');
INSERT INTO public.streams VALUES ('upgrade-up-mhozzo5idbi5sj3ms6mk', 2, '656ab520a65bfa7b6b4cb981229fe8cf37c92af7730a67ecc9ae4d9ee16d28f7');
INSERT INTO public.streams VALUES ('upgrade-up-7auxdp3gx3mdcpdygdyj', 2, 'ca0bf36994287cfddef66e89af9a6f60cdfb6c6ceff7c28b4f219b75ffc4e5e4');
INSERT INTO public.streams VALUES ('upgrade-up-3xwopltjlnqu7zdpthen', 3, '398f354ec0d6f57f1f355de974c33ccf64d8a10822c8fc3a397a2ffb5cfa7abb');
INSERT INTO public.streams VALUES ('upgrade-up-p7r47snwaupfhmutdm5c', 3, '24da039170bf67361af38cc54c32756e2b7a577d9a1fc7eeb142142da807f5c8');
INSERT INTO public.streams VALUES ('subscription-refused-basic', 2, '63873f15e97e6a01dd5f0941db4bbfba2a066493631d3cffc3f5c55b61ec6eb7');
INSERT INTO public.streams VALUES ('upgrade-up-hzeulqkbmslkkagbbs6u', 2, '85964eb07430098947ad8d1c58e8d190b1532abefb43d2a1c04b0e280fae6a91');
INSERT INTO public.streams VALUES ('upgrade-up-sgqylgwygbc2keua4c5j', 6, '424a3caae5d3833f88fc1fbbca9b821d009e2150727a69f5430ca96ef74f58b6');
INSERT INTO public.streams VALUES ('subscription-complete-basic', 3, '266d252b1cf231f693f1f69949656fd605c4f7784906f69e752a4c268b17bc74');
INSERT INTO public.streams VALUES ('subscription-sub-sgqylgwygbc2keua4c5j', 2, '105119e51c824a706158fc085cbaefb13cd006ffb44eab42ee0a7d69e69aaecf');
INSERT INTO public.streams VALUES ('subscription-invoiced-basic', 3, '4101258a8657e34c225d4864a79bd2de0c7d42e1ab049224938017f60a03bfc3');
INSERT INTO public.streams VALUES ('subscription-sub-ybenjrw6s7vzn3svjtan', 2, '04501e7639b888380003a8deb8f79a59fb5700e3eee5f54e96ed6ef8cd7cd633');
INSERT INTO public.streams VALUES ('upgrade-up-ybenjrw6s7vzn3svjtan', 7, 'a10c6b9fa70f8023cade93d0ad4e8c483271cf2bfd14620bf17676d1db2cc145');

INSERT INTO public.subscriptions VALUES ('scheduled-basic', 'scheduled', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1);
INSERT INTO public.subscriptions VALUES ('waiting-basic', 'waiting', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1);
INSERT INTO public.subscriptions VALUES ('declined-basic', 'declined', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1);
INSERT INTO public.subscriptions VALUES ('canceled-basic', 'canceled', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1);
INSERT INTO public.subscriptions VALUES ('quoted-basic', 'quoted', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1);
INSERT INTO public.subscriptions VALUES ('refused-basic', 'refused', 'basic', 5, 'active', 'monthly', '2026-11-18', NULL, NULL, 5.00, '[]', NULL, true, NULL, NULL, NULL, NULL, 2, 1);
INSERT INTO public.subscriptions VALUES ('complete-basic', 'complete', 'basic', 5, 'canceled', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, false, NULL, NULL, 'up-sgqylgwygbc2keua4c5j', '2026-11-28', 0, 0);
INSERT INTO public.subscriptions VALUES ('sub-sgqylgwygbc2keua4c5j', 'complete', 'premium', 5, 'active', 'monthly', '2026-11-28', 22.00, NULL, NULL, '[]', NULL, true, 'up-sgqylgwygbc2keua4c5j', NULL, NULL, NULL, 2, 0);
INSERT INTO public.subscriptions VALUES ('invoiced-basic', 'invoiced', 'basic', 5, 'canceled', 'monthly', '2026-11-18', NULL, NULL, NULL, '[]', NULL, false, NULL, NULL, 'up-ybenjrw6s7vzn3svjtan', '2026-11-28', 0, 0);
INSERT INTO public.subscriptions VALUES ('sub-ybenjrw6s7vzn3svjtan', 'invoiced', 'premium', 5, 'active', 'monthly', '2026-11-28', 22.00, NULL, NULL, '[]', NULL, true, 'up-ybenjrw6s7vzn3svjtan', NULL, NULL, NULL, 2, 0);

INSERT INTO public.tenants VALUES ('scheduled', '{"id": "scheduled", "name": "Scheduled", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('waiting', '{"id": "waiting", "name": "Waiting", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('declined', '{"id": "declined", "name": "Declined", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('canceled', '{"id": "canceled", "name": "Canceled", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('refused', '{"id": "refused", "name": "Refused", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('complete', '{"id": "complete", "name": "Complete", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('invoiced', '{"id": "invoiced", "name": "Invoiced", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');
INSERT INTO public.tenants VALUES ('quoted', '{"id": "quoted", "name": "Quoted", "country": "US", "segment": "commercial", "sold_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "currency": "USD", "language": "en", "billed_to": {"city": "Redmond", "name": "Somebody", "lines": ["1 Way"], "region": "", "tax_id": "", "country": "US", "postal_code": ""}, "time_zone": "America/Los_Angeles", "billing_day": 11, "subdivision": null, "payment_method": "card"}');

INSERT INTO public.upgrades VALUES ('up-mhozzo5idbi5sj3ms6mk', 'scheduled', 'scheduled-basic', 'q-72f94ff6ae23436196c2', 'scheduled', true, '2026-12-18 08:00:00+00', '7rxv64tu5sr3qo6ii2aq', '{"stage": "scheduled", "users": {"moved": 0, "total": 2, "failed": 0, "remaining": 2}, "reason": null, "undoing": false, "version": 2, "deadline": "2026-12-18T08:00:00Z", "quote_id": "q-72f94ff6ae23436196c2", "refusals": [], "timeline": [{"at": "2026-11-28T23:16:32.486964Z", "stage": "checking"}, {"at": "2026-11-28T23:16:32.486964Z", "stage": "scheduled"}], "attention": null, "placed_at": "2026-11-28T23:16:32.486964Z", "tenant_id": "scheduled", "upgrade_id": "up-mhozzo5idbi5sj3ms6mk", "workflow_id": "plan-upgrade-up-mhozzo5idbi5sj3ms6mk", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "scheduled-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-7auxdp3gx3mdcpdygdyj', 'waiting', 'waiting-basic', 'q-2ea2e1f619b544859851', 'awaiting_credit_check', true, '2026-12-02 08:00:00+00', 'mk2cllnsfe4fizre2yat', '{"stage": "awaiting_credit_check", "users": {"moved": 0, "total": 2, "failed": 0, "remaining": 2}, "reason": null, "undoing": false, "version": 2, "deadline": "2026-12-02T08:00:00Z", "quote_id": "q-2ea2e1f619b544859851", "refusals": [], "timeline": [{"at": "2026-11-28T23:16:35.998386Z", "stage": "checking"}, {"at": "2026-11-28T23:16:35.998386Z", "stage": "awaiting_credit_check"}], "attention": null, "placed_at": "2026-11-28T23:16:35.998386Z", "tenant_id": "waiting", "upgrade_id": "up-7auxdp3gx3mdcpdygdyj", "workflow_id": "plan-upgrade-up-7auxdp3gx3mdcpdygdyj", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "waiting-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-3xwopltjlnqu7zdpthen', 'declined', 'declined-basic', 'q-c54ffb165708437eaaa4', 'declined', false, NULL, 'ics2xez3hgwmgpklxany', '{"stage": "declined", "users": {"moved": 0, "total": 2, "failed": 0, "remaining": 2}, "reason": null, "undoing": false, "version": 3, "deadline": null, "quote_id": "q-c54ffb165708437eaaa4", "refusals": [], "timeline": [{"at": "2026-11-28T23:16:39.080138Z", "stage": "checking"}, {"at": "2026-11-28T23:16:39.080138Z", "stage": "awaiting_credit_check"}, {"at": "2026-11-28T23:16:40.831937Z", "stage": "declined"}], "attention": null, "placed_at": "2026-11-28T23:16:39.080138Z", "tenant_id": "declined", "upgrade_id": "up-3xwopltjlnqu7zdpthen", "workflow_id": "plan-upgrade-up-3xwopltjlnqu7zdpthen", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "declined-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-p7r47snwaupfhmutdm5c', 'canceled', 'canceled-basic', 'q-8c1e0a7f1c8547f1af1f', 'canceled', false, NULL, '3isnscbaweujsndy3o53', '{"stage": "canceled", "users": {"moved": 0, "total": 2, "failed": 0, "remaining": 2}, "reason": "another plan", "undoing": false, "version": 3, "deadline": null, "quote_id": "q-8c1e0a7f1c8547f1af1f", "refusals": [], "timeline": [{"at": "2026-11-28T23:16:44.804665Z", "stage": "checking"}, {"at": "2026-11-28T23:16:44.804665Z", "stage": "awaiting_credit_check"}, {"at": "2026-11-28T23:16:46.649965Z", "stage": "canceled"}], "attention": null, "placed_at": "2026-11-28T23:16:44.804665Z", "tenant_id": "canceled", "upgrade_id": "up-p7r47snwaupfhmutdm5c", "workflow_id": "plan-upgrade-up-p7r47snwaupfhmutdm5c", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "canceled-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-hzeulqkbmslkkagbbs6u', 'refused', 'refused-basic', 'q-1428f2d73ddc43afbdb2', 'refused', false, NULL, 'lgfis7gm5ktzoswmdmtv', '{"stage": "refused", "users": {"moved": 0, "total": 2, "failed": 0, "remaining": 2}, "reason": null, "undoing": false, "version": 2, "deadline": null, "quote_id": "q-1428f2d73ddc43afbdb2", "refusals": [{"code": "unpaid_balance", "remedy": {"text": {"en": "Pay the balance now. After the payment has been made, check again.", "zh-TW": "請立即支付餘額。付款完成之後，請再次檢查。"}, "action": "pay_now", "retry_after": null}, "message": {"en": "The subscription refused-basic has an unpaid balance of USD 5.00.", "zh-TW": "訂閱 refused-basic 有未付款的餘額 USD 5.00。"}, "evidence": {"currency": "USD", "balance_due": "5.00", "subscription_id": "refused-basic"}, "temporary": false}], "timeline": [{"at": "2026-11-28T23:16:50.592233Z", "stage": "checking"}, {"at": "2026-11-28T23:16:50.592233Z", "stage": "refused"}], "attention": null, "placed_at": "2026-11-28T23:16:50.592233Z", "tenant_id": "refused", "upgrade_id": "up-hzeulqkbmslkkagbbs6u", "workflow_id": "plan-upgrade-up-hzeulqkbmslkkagbbs6u", "completed_at": null, "invoice_number": null, "target_plan_id": "premium", "subscription_id": "refused-basic", "new_subscription_id": null}');
INSERT INTO public.upgrades VALUES ('up-sgqylgwygbc2keua4c5j', 'complete', 'complete-basic', 'q-18aa34e752894fa784b6', 'awaiting_invoice', false, '2026-12-11 08:00:00+00', 'p3pmqcsj6v5m3mw2zjtw', '{"stage": "awaiting_invoice", "users": {"moved": 2, "total": 2, "failed": 0, "remaining": 0}, "reason": null, "undoing": false, "version": 6, "deadline": "2026-12-11T08:00:00Z", "quote_id": "q-18aa34e752894fa784b6", "refusals": [], "timeline": [{"at": "2026-11-28T23:16:54.350818Z", "stage": "checking"}, {"at": "2026-11-28T23:16:54.350818Z", "stage": "moving_users"}, {"at": "2026-11-28T23:16:54.376589Z", "stage": "switching_billing"}, {"at": "2026-11-28T23:16:54.590730Z", "stage": "awaiting_invoice"}], "attention": null, "placed_at": "2026-11-28T23:16:54.350818Z", "tenant_id": "complete", "upgrade_id": "up-sgqylgwygbc2keua4c5j", "workflow_id": "plan-upgrade-up-sgqylgwygbc2keua4c5j", "completed_at": "2026-11-28T23:16:54.590730Z", "invoice_number": null, "target_plan_id": "premium", "subscription_id": "complete-basic", "new_subscription_id": "sub-sgqylgwygbc2keua4c5j"}');
INSERT INTO public.upgrades VALUES ('up-ybenjrw6s7vzn3svjtan', 'invoiced', 'invoiced-basic', 'q-d93497fd51844557bad8', 'invoiced', false, NULL, 'hkvfxdiuvtkgu5gw7xwb', '{"stage": "invoiced", "users": {"moved": 2, "total": 2, "failed": 0, "remaining": 0}, "reason": null, "undoing": false, "version": 7, "deadline": null, "quote_id": "q-d93497fd51844557bad8", "refusals": [], "timeline": [{"at": "2026-11-28T23:16:57.744950Z", "stage": "checking"}, {"at": "2026-11-28T23:16:57.744950Z", "stage": "moving_users"}, {"at": "2026-11-28T23:16:57.769031Z", "stage": "switching_billing"}, {"at": "2026-11-28T23:16:57.884221Z", "stage": "awaiting_invoice"}, {"at": "2026-12-11T08:00:00.021120Z", "stage": "invoiced"}], "attention": null, "placed_at": "2026-11-28T23:16:57.744950Z", "tenant_id": "invoiced", "upgrade_id": "up-ybenjrw6s7vzn3svjtan", "workflow_id": "plan-upgrade-up-ybenjrw6s7vzn3svjtan", "completed_at": "2026-11-28T23:16:57.884221Z", "invoice_number": "INV-00000001", "target_plan_id": "premium", "subscription_id": "invoiced-basic", "new_subscription_id": "sub-ybenjrw6s7vzn3svjtan"}');

SELECT pg_catalog.setval('public.events_global_position_seq', 42, true);

SELECT pg_catalog.setval('public.license_changes_position_seq', 1, false);

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_pkey PRIMARY KEY (subscription_id, user_id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (global_position);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_command_id_command_index_key UNIQUE (stream, command_id, command_index);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_version_key UNIQUE (stream, version);

ALTER TABLE ONLY public.followers
    ADD CONSTRAINT followers_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT incidents_pkey PRIMARY KEY (service_id, reference);

ALTER TABLE ONLY public.invoice_numbers
    ADD CONSTRAINT invoice_numbers_pkey PRIMARY KEY (seller);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_upgrade_id_key UNIQUE (upgrade_id);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_pkey PRIMARY KEY (upgrade_id, entry);

ALTER TABLE ONLY public.license_changes
    ADD CONSTRAINT license_changes_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.moved_users
    ADD CONSTRAINT moved_users_pkey PRIMARY KEY (upgrade_id, user_id);

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (notice_id);

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_upgrade_id_kind_key UNIQUE (upgrade_id, kind);

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (plan_id);

ALTER TABLE ONLY public.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (only_one);

ALTER TABLE ONLY public.quotes
    ADD CONSTRAINT quotes_pkey PRIMARY KEY (quote_id);

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

CREATE INDEX events_in_commit_order ON public.events USING btree (transaction_id, global_position);

CREATE INDEX ledger_of_tenant ON public.ledger_entries USING btree (tenant_id, account);

CREATE INDEX license_changes_of_user ON public.license_changes USING btree (subscription_id, user_id);

CREATE INDEX notices_of_tenant ON public.notices USING btree (tenant_id, created_at);

CREATE UNIQUE INDEX one_open_upgrade_per_subscription ON public.upgrades USING btree (subscription_id) WHERE is_open;

CREATE UNIQUE INDEX one_open_upgrade_per_tenant ON public.upgrades USING btree (tenant_id) WHERE is_open;

CREATE INDEX subscriptions_of_tenant ON public.subscriptions USING btree (tenant_id);

CREATE INDEX upgrades_of_quote ON public.upgrades USING btree (quote_id);

CREATE INDEX upgrades_of_subscription ON public.upgrades USING btree (subscription_id);

CREATE TRIGGER assignments_added AFTER INSERT ON public.assignments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_added_assignments();

CREATE TRIGGER assignments_changed AFTER UPDATE ON public.assignments REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.count_assignments();

CREATE TRIGGER assignments_log_joins AFTER INSERT ON public.assignments REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.log_license_changes('joined');

CREATE TRIGGER assignments_log_leaves AFTER DELETE ON public.assignments REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.log_license_changes('left');

CREATE TRIGGER assignments_log_switches AFTER UPDATE OF disabled_services ON public.assignments FOR EACH ROW WHEN (((old.subscription_id = new.subscription_id) AND (old.disabled_services IS DISTINCT FROM new.disabled_services))) EXECUTE FUNCTION public.log_switches();

CREATE TRIGGER assignments_removed AFTER DELETE ON public.assignments REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION public.count_removed_assignments();

CREATE TRIGGER events_are_not_truncated BEFORE TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER events_stay BEFORE DELETE OR UPDATE ON public.events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoices_are_not_truncated BEFORE TRUNCATE ON public.invoices FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER invoices_stay BEFORE DELETE OR UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE CONSTRAINT TRIGGER ledger_balances AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.require_balance();

CREATE TRIGGER ledger_entries_stay BEFORE DELETE OR UPDATE ON public.ledger_entries FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER ledger_is_not_truncated BEFORE TRUNCATE ON public.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER license_changes_are_not_truncated BEFORE TRUNCATE ON public.license_changes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER license_changes_stay BEFORE DELETE OR UPDATE ON public.license_changes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER notices_are_not_truncated BEFORE TRUNCATE ON public.notices FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER notices_stay BEFORE DELETE OR UPDATE ON public.notices FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER quotes_are_not_truncated BEFORE TRUNCATE ON public.quotes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER quotes_stay BEFORE DELETE OR UPDATE ON public.quotes FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(subscription_id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_fkey FOREIGN KEY (stream) REFERENCES public.streams(stream);

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT incidents_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.services(service_id);

ALTER TABLE ONLY public.quotes
    ADD CONSTRAINT quotes_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(subscription_id);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(plan_id);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);
