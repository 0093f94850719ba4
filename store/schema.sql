-- The schema that all migrations together make: every table, function and trigger as it is today.
--
-- To read, and to compare a database with; databases themselves come from `store/migrations`, where the
-- reasons stand too. Written by `tests/store/schema_page.py`; a test keeps it true, and loads it.
--
-- Tables come first, by what they are about. Each names its triggers; those stand further down, each
-- below the function that it runs.

set check_function_bodies = off;

-- ---------------------------------------------------------------------- Functions that tables need

create function instant_of(written text)
 returns timestamptz
 language sql
 immutable parallel safe strict
return (written)::timestamp with time zone;

create function our_transaction_id()
 returns xid8
 language plpgsql
 stable
as $function$
begin
    return (pg_current_xact_id()::text::bigint + (select ahead from transaction_ids))::text::xid8;
end
$function$;

-- --------------------------------------------------------------------------------- The event store

-- The version of each stream, and the hash of its last event. Appending locks its row.
create table streams (
    stream  text    not null,
    version integer not null,
    hash    text    not null,
    constraint streams_pkey primary key (stream),
    constraint streams_version_check check (version > 0)
);

-- What happened in the business, one row each, for good.
-- Triggers: events_are_not_truncated, events_stay, admin_changes_wait_for_moves.
create table events (
    global_position bigint      not null generated always as identity,
    stream          text        not null,
    version         integer     not null,
    type            text        not null,
    schema_version  smallint    not null,
    data            jsonb       not null,
    metadata        jsonb       not null,
    recorded_at     timestamptz not null default clock_timestamp(),
    transaction_id  xid8        not null default our_transaction_id(),
    command_id      text        not null,
    command_index   smallint    not null,
    previous_hash   text        not null,
    hash            text        not null,
    constraint events_pkey primary key (global_position),
    constraint events_stream_command_id_command_index_key unique (stream, command_id, command_index),
    constraint events_stream_version_key unique (stream, version),
    constraint events_stream_fkey foreign key (stream) references streams(stream),
    constraint events_schema_version_check check (schema_version > 0),
    constraint events_version_check check (version > 0)
);
create index events_in_commit_order on events using btree (transaction_id, global_position);

-- How far each reader that follows the events has come.
create table followers (
    name            text   not null,
    transaction_id  xid8   not null,
    global_position bigint not null,
    constraint followers_pkey primary key (name)
);

-- By how much our transaction ids are ahead of this server's: 0, unless the database came from
-- another server.
-- Triggers: transaction_ids_only_grow, transaction_ids_are_not_truncated, transaction_ids_stay.
create table transaction_ids (
    one   boolean not null default true,
    ahead bigint  not null,
    constraint transaction_ids_pkey primary key (one),
    constraint transaction_ids_ahead_check check (ahead >= 0),
    constraint transaction_ids_one_check check (one)
);

-- Which migrations were applied, when, and the checksum of each.
create table migrations (
    name       text        not null,
    checksum   text        not null,
    applied_at timestamptz not null default clock_timestamp(),
    constraint migrations_pkey primary key (name)
);

-- -------------------------------------------- The world: catalog, tenants, subscriptions, licenses

-- What a plan consists of.
create table services (
    service_id text  not null,
    body       jsonb not null,
    constraint services_pkey primary key (service_id)
);

-- The catalog.
create table plans (
    plan_id text  not null,
    body    jsonb not null,
    constraint plans_pkey primary key (plan_id)
);

-- What plans have cost, and since when.
-- Triggers: plan_prices_are_not_truncated, plan_prices_stay.
create table plan_prices (
    position bigint      not null generated always as identity,
    plan_id  text        not null,
    since    timestamptz not null,
    prices   jsonb       not null,
    constraint plan_prices_pkey primary key ("position")
);
create index plan_prices_of_plan on plan_prices using btree (plan_id, "position");

-- Customers.
-- Triggers: tenants_keep_their_currency.
create table tenants (
    tenant_id text  not null,
    body      jsonb not null,
    constraint tenants_pkey primary key (tenant_id)
);

-- Service incidents, open and closed.
create table incidents (
    service_id text        not null,
    reference  text        not null,
    opened_at  timestamptz not null,
    closed_at  timestamptz,
    constraint incidents_pkey primary key (service_id, reference),
    constraint incidents_service_id_fkey foreign key (service_id) references services(service_id)
);
create index open_incidents on incidents using btree (service_id, reference) where closed_at is null;

-- The rules that an operator may set; one row.
create table policy (
    only_one boolean not null default true,
    body     jsonb   not null,
    constraint policy_pkey primary key (only_one),
    constraint policy_only_one_check check (only_one)
);

-- Read model of the streams `subscription-<id>`, with two counters that triggers keep.
-- Triggers: subscriptions_with_users_stay, subscriptions_keep_their_tenant,
-- who_stays_has_a_license.
create table subscriptions (
    subscription_id              text        not null,
    tenant_id                    text        not null,
    plan_id                      text        not null,
    licenses                     integer     not null,
    status                       text        not null,
    billing                      text        not null,
    cycle_anchor                 date        not null,
    price                        numeric,
    prepaid                      jsonb,
    balance_due                  numeric,
    add_ons                      jsonb       not null,
    blocked                      jsonb,
    billed                       boolean     not null,
    opened_by                    text,
    locked_by                    text,
    ended_by                     text,
    ended_on                     date,
    assigned                     integer     not null default 0,
    users_with_disabled_services integer     not null default 0,
    locked_until                 timestamptz,
    tax_rate                     numeric,
    constraint subscriptions_pkey primary key (subscription_id),
    constraint subscriptions_plan_id_fkey foreign key (plan_id) references plans(plan_id),
    constraint subscriptions_tenant_id_fkey foreign key (tenant_id) references tenants(tenant_id),
    constraint closed_has_no_users check (ended_by is not null or ended_on is null or assigned = 0),
    constraint ended_has_no_users check (ended_by is null or assigned = 0),
    constraint ended_stays_canceled check (ended_by is null or status = 'canceled'::text and not billed),
    constraint opened_has_licenses_for_all check (opened_by is null or assigned <= licenses),
    constraint subscriptions_licenses_check check (licenses >= 0),
    constraint subscriptions_tax_rate_check check (tax_rate >= 0::numeric and tax_rate < 1::numeric)
);
create index subscriptions_by_tenant on subscriptions using btree (tenant_id, subscription_id);

-- Who holds a license of what, with which services switched off.
-- Triggers: assignments_added, assignments_changed, assignments_removed, assignments_log_joins,
-- assignments_log_leaves, assignments_log_switches, assignments_note_users,
-- assignments_note_who_left.
create table assignments (
    subscription_id   text   not null,
    user_id           text   not null,
    disabled_services text[] not null default '{}'::text[],
    constraint assignments_pkey primary key (subscription_id, user_id),
    constraint every_user_has_an_id check (user_id <> ''::text)
);

-- Users whose license cannot be changed now, and why.
create table user_blocks (
    subscription_id text        not null,
    user_id         text        not null,
    code            text        not null,
    note            text        not null default ''::text,
    blocked_at      timestamptz not null default clock_timestamp(),
    constraint user_blocks_pkey primary key (subscription_id, user_id),
    constraint user_blocks_subscription_id_fkey foreign key (subscription_id) references subscriptions(subscription_id),
    constraint user_blocks_code_check check (code <> ''::text)
);

-- Which tenants a user has ever held a license of.
create table users_of_tenants (
    user_id   text not null,
    tenant_id text not null,
    constraint users_of_tenants_pkey primary key (user_id, tenant_id)
);

-- Who joined, left or was switched, once an upgrade has to do with a subscription.
-- Triggers: license_changes_are_not_truncated, license_changes_stay.
create table license_changes (
    position        bigint      not null generated always as identity,
    subscription_id text        not null,
    user_id         text        not null,
    change          text        not null,
    changed_at      timestamptz not null default clock_timestamp(),
    constraint license_changes_pkey primary key ("position"),
    constraint license_changes_change_check check (change = any (array['joined'::text, 'left'::text, 'switched'::text]))
);
create index license_changes_of_user on license_changes using btree (subscription_id, user_id);

-- ---------------------------------------------------------------------------------------- Upgrades

-- What was offered. A quote never changes; an order names one.
-- Triggers: quotes_are_not_truncated, quotes_stay.
create table quotes (
    quote_id        text        not null,
    subscription_id text        not null,
    body            jsonb       not null,
    created_at      timestamptz not null default clock_timestamp(),
    constraint quotes_pkey primary key (quote_id),
    constraint quotes_subscription_id_fkey foreign key (subscription_id) references subscriptions(subscription_id)
);
create index quotes_by_time on quotes using btree (created_at, quote_id);
create index quotes_of_tenant on quotes using btree ((body ->> 'tenant_id'::text), created_at, quote_id);

-- Read model of the streams `upgrade-<id>`. Its partial unique indexes allow one open upgrade per
-- tenant and per subscription.
-- Triggers: targets_are_alive, capacity_is_kept.
create table upgrades (
    upgrade_id      text        not null,
    tenant_id       text        not null,
    subscription_id text        not null,
    quote_id        text        not null,
    stage           text        not null,
    is_open         boolean     not null,
    deadline        timestamptz,
    order_digest    text        not null,
    view            jsonb       not null,
    constraint upgrades_pkey primary key (upgrade_id)
);
create unique index one_open_upgrade_per_subscription on upgrades using btree (subscription_id) where is_open;
create unique index one_open_upgrade_per_tenant on upgrades using btree (tenant_id) where is_open;
create index upgrades_by_time on upgrades using btree (instant_of(view ->> 'placed_at'::text), upgrade_id);
create index upgrades_in_stage on upgrades using btree (stage, instant_of(view ->> 'placed_at'::text), upgrade_id);
create index upgrades_in_stage_by_subscription on upgrades using btree (stage, subscription_id);
create index upgrades_in_stage_by_tenant on upgrades using btree (stage, tenant_id);
create index upgrades_of_quote on upgrades using btree (quote_id);
create index upgrades_of_subscription on upgrades using btree (subscription_id);
create index upgrades_of_tenant on upgrades using btree (tenant_id, instant_of(view ->> 'placed_at'::text), upgrade_id);

-- What customers are told: one per upgrade and kind.
-- Triggers: notices_are_not_truncated, notices_stay, notices_go_out.
create table notices (
    notice_id  text        not null,
    tenant_id  text        not null,
    kind       text        not null,
    upgrade_id text        not null,
    created_at timestamptz not null,
    text       jsonb       not null,
    constraint notices_pkey primary key (notice_id),
    constraint notices_upgrade_id_kind_key unique (upgrade_id, kind)
);
create index notices_of_tenant on notices using btree (tenant_id, created_at);

-- Callbacks of the credit service: an id stands for one body.
-- Triggers: credit_callbacks_keep_their_body, credit_callbacks_are_not_truncated,
-- credit_callbacks_stay.
create table credit_callbacks (
    callback_id text        not null,
    upgrade_id  text        not null,
    body_hash   text        not null,
    times       integer     not null default 1,
    received_at timestamptz not null default clock_timestamp(),
    constraint credit_callbacks_pkey primary key (callback_id),
    constraint credit_callbacks_callback_id_check check (length(callback_id) >= 1 and length(callback_id) <= 200),
    constraint credit_callbacks_times_check check (times > 0)
);

-- ------------------------------------------------------------------------------------ Moving users

-- The users that a quote names, if not everybody moves.
-- Triggers: users_to_move_are_not_truncated, users_to_move_stay.
create table users_to_move (
    quote_id text not null,
    user_id  text not null,
    constraint users_to_move_pkey primary key (quote_id, user_id)
);

-- Each batch of a move: from where, where to, when, how many.
-- Triggers: move_batches_are_not_truncated, move_batches_stay.
create table move_batches (
    upgrade_id          text        not null,
    batch               integer     not null,
    old_subscription_id text        not null,
    new_subscription_id text        not null,
    users               integer     not null,
    moved_at            timestamptz not null,
    constraint move_batches_pkey primary key (upgrade_id, batch),
    constraint move_batches_new_subscription_id_fkey foreign key (new_subscription_id) references subscriptions(subscription_id),
    constraint move_batches_old_subscription_id_fkey foreign key (old_subscription_id) references subscriptions(subscription_id),
    constraint move_batches_batch_check check (batch > 0),
    constraint move_batches_users_check check (users > 0)
);
create index move_batches_into on move_batches using btree (new_subscription_id);

-- Each time a user was moved: what was off before and what is off now.
-- Triggers: moved_users_hold_a_license.
create table moved_users (
    upgrade_id      text        not null,
    user_id         text        not null,
    batch           integer     not null,
    disabled_before text[]      not null,
    returned_at     timestamptz,
    disabled_now    text[]      not null default '{}'::text[],
    left_at         timestamptz,
    constraint moved_users_pkey primary key (upgrade_id, user_id, batch)
);

-- Users whom a move could not take along, and what an operator decided.
create table failed_users (
    upgrade_id  text        not null,
    user_id     text        not null,
    code        text        not null,
    note        text        not null,
    attempts    integer     not null default 1,
    failed_at   timestamptz not null,
    skipped_at  timestamptz,
    skipped_why text,
    constraint failed_users_pkey primary key (upgrade_id, user_id),
    constraint failed_users_attempts_check check (attempts > 0),
    constraint skipped_for_a_reason check ((skipped_at is null) = (skipped_why is null))
);

-- Old licenses that ended in a move because the user held the new one already.
create table dropped_licenses (
    upgrade_id        text        not null,
    user_id           text        not null,
    subscription_id   text        not null,
    disabled_services text[]      not null,
    dropped_at        timestamptz not null,
    restored_at       timestamptz,
    left_at           timestamptz,
    constraint dropped_licenses_pkey primary key (upgrade_id, user_id),
    constraint dropped_licenses_subscription_id_fkey foreign key (subscription_id) references subscriptions(subscription_id)
);

-- ------------------------------------------------------------------------------------------- Money

-- Issued invoices: one per upgrade, never changed.
-- Triggers: invoices_are_not_truncated, invoices_stay, invoices_have_the_number_just_taken.
create table invoices (
    number     text  not null,
    upgrade_id text  not null,
    tenant_id  text  not null,
    issued_on  date  not null,
    body       jsonb not null,
    seller     text  not null,
    constraint invoices_pkey primary key (seller, number),
    constraint invoices_upgrade_id_key unique (upgrade_id)
);
create index invoices_by_day on invoices using btree (issued_on, number, upgrade_id);
create index invoices_by_due_day on invoices using btree ((body ->> 'due_on'::text));
create index invoices_by_number on invoices using btree (number);
create index invoices_of_tenant on invoices using btree (tenant_id, issued_on, number, upgrade_id);

-- The last number of each seller. It only grows by one.
-- Triggers: invoice_numbers_are_not_truncated, invoice_numbers_stay, numbers_have_an_invoice,
-- invoice_numbers_grow_by_one.
create table invoice_numbers (
    seller text   not null,
    last   bigint not null,
    constraint invoice_numbers_pkey primary key (seller),
    constraint invoice_numbers_last_check check (last > 0)
);

-- Invoices of which nobody knows whether they were paid.
-- Triggers: invoices_before_payments_are_not_truncated, invoices_before_payments_stay.
create table invoices_before_payments (
    upgrade_id text not null,
    number     text not null,
    constraint invoices_before_payments_pkey primary key (upgrade_id)
);

-- The tax rate of tenants whose subscriptions were imported before it was kept.
-- Triggers: rates_before_tax_are_not_truncated, rates_before_tax_stay.
create table rates_before_tax (
    tenant_id text    not null,
    tax_rate  numeric not null,
    constraint rates_before_tax_pkey primary key (tenant_id),
    constraint rates_before_tax_tax_rate_check check (tax_rate >= 0::numeric and tax_rate < 1::numeric)
);

-- Account credits from before credit paid all that it comes from first.
-- Triggers: credits_before_sources_are_not_truncated, credits_before_sources_stay.
create table credits_before_sources (
    upgrade_id      text   not null,
    remaining_minor bigint not null,
    constraint credits_before_sources_pkey primary key (upgrade_id)
);

-- Numbers that nobody gets any more, and why.
-- Triggers: void_invoice_numbers_are_not_truncated, void_invoice_numbers_stay,
-- void_numbers_are_just_taken.
create table void_invoice_numbers (
    seller    text        not null,
    number    text        not null,
    reason    text        not null,
    voided_at timestamptz not null default now(),
    constraint void_invoice_numbers_pkey primary key (seller, number),
    constraint voided_for_a_reason check (btrim(reason) <> ''::text)
);

-- The last number of each seller's credit notes. It only grows by one.
-- Triggers: credit_note_numbers_are_not_truncated, credit_note_numbers_stay,
-- numbers_have_a_credit_note, credit_note_numbers_grow_by_one.
create table credit_note_numbers (
    seller text   not null,
    last   bigint not null,
    constraint credit_note_numbers_pkey primary key (seller),
    constraint credit_note_numbers_last_check check (last > 0)
);

-- Credit notes: each takes back one invoice, and is never changed.
-- Triggers: credit_notes_are_not_truncated, credit_notes_stay, credit_notes_are_of_their_invoice.
create table credit_notes (
    number     text  not null,
    upgrade_id text  not null,
    tenant_id  text  not null,
    issued_on  date  not null,
    body       jsonb not null,
    seller     text  not null,
    constraint credit_notes_pkey primary key (seller, number),
    constraint credit_notes_upgrade_id_key unique (upgrade_id),
    constraint credit_notes_upgrade_id_fkey foreign key (upgrade_id) references invoices(upgrade_id)
);
create index credit_notes_of_tenant on credit_notes using btree (tenant_id);

-- The ledger: each booking sums to zero per currency.
-- Triggers: account_credit_is_booked, ledger_entries_stay, ledger_is_not_truncated,
-- ledger_balances.
create table ledger_entries (
    upgrade_id   text        not null,
    entry        smallint    not null,
    tenant_id    text        not null,
    account      text        not null,
    currency     text        not null,
    amount_minor bigint      not null,
    booked_at    timestamptz not null,
    booking      text        not null,
    credit_of    text,
    tax_rate     numeric,
    reference    text,
    constraint ledger_entries_pkey primary key (upgrade_id, entry),
    constraint account_credit_names_its_origin check ((account = 'account_credit'::text) = (credit_of is not null) and (account <> 'account_credit'::text or amount_minor > 0 or credit_of = upgrade_id)),
    constraint ledger_entries_amount_minor_check check (amount_minor <> 0),
    constraint ledger_entries_booking_check check (booking = any (array['switch'::text, 'invoice'::text, 'settlement'::text, 'payment'::text, 'payout'::text, 'void'::text])),
    constraint ledger_entries_tax_rate_check check (tax_rate is null or tax_rate >= 0::numeric and tax_rate < 1::numeric and (account = any (array['revenue'::text, 'tax'::text, 'unused_service'::text, 'forfeited'::text])))
);
create index ledger_of_credit on ledger_entries using btree (credit_of) where credit_of is not null;
create index ledger_of_tenant on ledger_entries using btree (tenant_id, account);
create unique index one_payment_per_reference on ledger_entries using btree (tenant_id, booking, reference) where reference is not null;

-- What is left of each account credit.
-- Triggers: account_credits_are_not_truncated, account_credits_stay.
create table account_credits (
    upgrade_id      text        not null,
    tenant_id       text        not null,
    currency        text        not null,
    amount_minor    bigint      not null,
    remaining_minor bigint      not null,
    arisen_at       timestamptz not null,
    constraint account_credits_pkey primary key (upgrade_id),
    constraint account_credit_is_never_negative check (remaining_minor >= 0 and remaining_minor <= amount_minor),
    constraint account_credits_amount_minor_check check (amount_minor > 0)
);
create index open_account_credits on account_credits using btree (tenant_id, currency, arisen_at, upgrade_id) where remaining_minor > 0;

-- ---------------------------------------------------------------------------------------- Webhooks

-- Which notices go out, in which order.
-- Triggers: outbox_is_not_truncated, outbox_stays.
create table outbox (
    position       bigint not null generated always as identity,
    notice_id      text   not null,
    upgrade_id     text   not null,
    tenant_id      text   not null,
    transaction_id xid8   not null default our_transaction_id(),
    constraint outbox_pkey primary key ("position"),
    constraint outbox_notice_id_key unique (notice_id),
    constraint outbox_notice_id_fkey foreign key (notice_id) references notices(notice_id)
);
create index outbox_of_transaction on outbox using btree (transaction_id);

-- Where a tenant wants to be told, and who sends there now.
-- Triggers: webhook_secrets_retire.
create table webhook_endpoints (
    endpoint_id    text        not null,
    tenant_id      text        not null,
    url            text        not null,
    secret         text        not null,
    created_at     timestamptz not null default clock_timestamp(),
    transaction_id xid8        not null default our_transaction_id(),
    gone_at        timestamptz,
    removed_at     timestamptz,
    lease          uuid,
    leased_until   timestamptz,
    failing_since  timestamptz,
    constraint webhook_endpoints_pkey primary key (endpoint_id),
    constraint webhook_endpoints_tenant_id_fkey foreign key (tenant_id) references tenants(tenant_id)
);
create unique index one_endpoint_per_tenant_and_url on webhook_endpoints using btree (tenant_id, url) where removed_at is null;

-- Secrets that an endpoint had before and that still sign for a while.
create table retired_webhook_secrets (
    endpoint_id text        not null,
    secret      text        not null,
    good_until  timestamptz not null,
    constraint retired_webhook_secrets_pkey primary key (endpoint_id, secret),
    constraint retired_webhook_secrets_endpoint_id_fkey foreign key (endpoint_id) references webhook_endpoints(endpoint_id)
);

-- One notice for one endpoint: pending, delivered or dead.
create table deliveries (
    delivery_id     bigint      not null generated always as identity,
    endpoint_id     text        not null,
    notice_id       text        not null,
    upgrade_id      text        not null,
    position        bigint      not null,
    state           text        not null default 'pending'::text,
    attempts        integer     not null default 0,
    next_attempt_at timestamptz not null default clock_timestamp(),
    last_attempt_at timestamptz,
    last_status     integer,
    last_error      text,
    settled_at      timestamptz,
    constraint deliveries_pkey primary key (delivery_id),
    constraint deliveries_endpoint_id_notice_id_key unique (endpoint_id, notice_id),
    constraint deliveries_endpoint_id_fkey foreign key (endpoint_id) references webhook_endpoints(endpoint_id),
    constraint deliveries_notice_id_fkey foreign key (notice_id) references notices(notice_id),
    constraint deliveries_position_fkey foreign key ("position") references outbox("position"),
    constraint deliveries_state_check check (state = any (array['pending'::text, 'delivered'::text, 'dead'::text])),
    constraint settled_unless_pending check (state = 'pending'::text or settled_at is not null)
);
create index deliveries_dead on deliveries using btree (settled_at) where state = 'dead'::text;
create index deliveries_due on deliveries using btree (endpoint_id, next_attempt_at) where state = 'pending'::text;
create index deliveries_waiting on deliveries using btree (endpoint_id, upgrade_id, "position") where state = 'pending'::text;

-- --------------------------------------------------- Functions, each with the triggers that run it

create function append_to_stream(the_stream text, expected_version integer, the_command_id text, new_events jsonb)
 returns integer
 language plpgsql
as $function$
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
$function$;

create function book_account_credit()
 returns trigger
 language plpgsql
as $function$
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
$function$;

create trigger account_credit_is_booked after insert on ledger_entries for each row when (new.account = 'account_credit'::text) execute function book_account_credit();

create function commit_credit_note(appends jsonb, new_rows jsonb, the_seller text, placeholder text)
 returns text
 language plpgsql
as $function$
declare
    own    jsonb := appends -> 0;
    number text;
    notes  jsonb;
begin
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
    insert into credit_note_numbers as n (seller, last) values (the_seller, 1)
    on conflict (seller) do update set last = n.last + 1
    returning credit_note_number(n.last) into number;
    notes := replace(new_rows::text, placeholder, number)::jsonb;
    insert into credit_notes
    select * from jsonb_populate_recordset(null::credit_notes, notes -> 'credit_notes');
    if not commit_step(replace(appends::text, placeholder, number)::jsonb, notes - 'credit_notes') then
        raise exception 'stream % knows command % already', own ->> 'stream', own ->> 'command_id'
            using errcode = 'PU001';
    end if;
    return number;
end
$function$;

create function commit_numbered_step(appends jsonb, new_rows jsonb, the_seller text, placeholder text)
 returns text
 language plpgsql
as $function$
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
$function$;

create function commit_step(appends jsonb, new_rows jsonb)
 returns boolean
 language plpgsql
as $function$
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

    -- Old code does not name the tax rate, and takes none away.
    if new_rows ? 'subscriptions' then
        insert into subscriptions (
            subscription_id, tenant_id, plan_id, licenses, status, billing, cycle_anchor, price,
            tax_rate, prepaid, balance_due, add_ons, blocked, billed, opened_by, locked_by,
            locked_until, ended_by, ended_on
        )
        select subscription_id, tenant_id, plan_id, licenses, status, billing, cycle_anchor, price,
            tax_rate, prepaid, balance_due, add_ons, blocked, billed, opened_by, locked_by,
            locked_until, ended_by, ended_on
        from jsonb_populate_recordset(null::subscriptions, new_rows -> 'subscriptions')
        on conflict (subscription_id) do update set
            tenant_id = excluded.tenant_id, plan_id = excluded.plan_id,
            licenses = excluded.licenses, status = excluded.status, billing = excluded.billing,
            cycle_anchor = excluded.cycle_anchor, price = excluded.price,
            tax_rate = coalesce(excluded.tax_rate, subscriptions.tax_rate),
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
$function$;

create function count_added_assignments()
 returns trigger
 language plpgsql
as $function$
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
$function$;

create trigger assignments_added after insert on assignments referencing new table as added for each statement execute function count_added_assignments();

create function count_assignments()
 returns trigger
 language plpgsql
as $function$
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
$function$;

create trigger assignments_changed after update on assignments referencing old table as removed new table as added for each statement execute function count_assignments();

create function count_removed_assignments()
 returns trigger
 language plpgsql
as $function$
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
$function$;

create trigger assignments_removed after delete on assignments referencing old table as removed for each statement execute function count_removed_assignments();

create function credit_note_number(n bigint)
 returns text
 language sql
 immutable parallel safe
return ('CN-'::text || lpad((n)::text, GREATEST(8, length((n)::text)), '0'::text));

create function credits_a_void_charge(the_subscription text, the_quote text)
 returns boolean
 language sql
 stable
as $function$
    select exists (
        select from subscriptions s
        join credit_notes c on c.upgrade_id = s.opened_by
        join quotes q on q.quote_id = the_quote,
             lateral (select c.body #> '{invoice,lines,0,explanation}' as charge) of_it
        where s.subscription_id = the_subscription
          and s.price is not null
          and (q.body #>> '{inputs,old,licenses}')::bigint > 0
          and (q.body ->> 'switch_on')::date <= (charge ->> 'period_until')::date
          and (q.body #>> '{inputs,old,unit_price}')::numeric
              * greatest((charge ->> 'licenses')::bigint, (q.body #>> '{inputs,old,licenses}')::bigint)
              > (c.body #>> '{invoice,credit_applied}')::numeric
    )
$function$;

create function credits_charge_of(the_upgrade text)
 returns text
 language sql
 stable
as $function$
    select u.upgrade_id
    from upgrades opener
    join upgrades u on u.subscription_id = opener.view ->> 'new_subscription_id'
    where opener.upgrade_id = the_upgrade
      and (u.is_open or exists (
          select from ledger_entries l
          where l.upgrade_id = u.upgrade_id and l.account = 'unused_service' and l.booking = 'switch'
      ))
    order by u.upgrade_id
    limit 1
$function$;

create function event_hash(previous_hash text, stream text, version integer, type text, schema_version smallint, data jsonb, metadata jsonb)
 returns text
 language sql
 immutable parallel safe
return encode(sha256(convert_to(concat_ws('
'::text, previous_hash, stream, version, type, schema_version, data, metadata), 'UTF8'::name)), 'hex'::text);

create function has_met_an_upgrade(id text)
 returns boolean
 language sql
 stable
return ((EXISTS (SELECT FROM subscriptions s WHERE ((s.subscription_id = has_met_an_upgrade.id) AND (s.opened_by IS NOT NULL)))) OR (EXISTS (SELECT FROM upgrades u WHERE (u.subscription_id = has_met_an_upgrade.id))) OR (EXISTS (SELECT FROM move_batches b WHERE (b.new_subscription_id = has_met_an_upgrade.id))));

create function invoice_number(n bigint)
 returns text
 language sql
 immutable parallel safe
return ('INV-'::text || lpad((n)::text, GREATEST(8, length((n)::text)), '0'::text));

create function is_admin_event(type text)
 returns boolean
 language sql
 immutable parallel safe
return (type = ANY (ARRAY['LicenseAssigned'::text, 'LicenseUnassigned'::text, 'LicensesSet'::text, 'BalancePaid'::text, 'SubscriptionBlocked'::text, 'SubscriptionUnblocked'::text, 'SubscriptionActivated'::text, 'AddOnAdded'::text, 'AddOnRemoved'::text, 'SubscriptionClosed'::text, 'SubscriptionRevised'::text]));

create function keep_currency_of_tenant()
 returns trigger
 language plpgsql
as $function$
begin
    if exists (select from subscriptions s where s.tenant_id = new.tenant_id) then
        raise exception 'tenant % has subscriptions in %', new.tenant_id, old.body ->> 'currency'
            using errcode = 'check_violation', constraint = 'tenants_keep_their_currency';
    end if;
    return new;
end
$function$;

create trigger tenants_keep_their_currency before update of body on tenants for each row when ((old.body ->> 'currency'::text) <> (new.body ->> 'currency'::text)) execute function keep_currency_of_tenant();

create function keep_growing()
 returns trigger
 language plpgsql
as $function$
begin
    if new.ahead < old.ahead then
        raise exception 'transaction ids only grow'
            using errcode = 'check_violation', constraint = 'transaction_ids_only_grow';
    end if;
    return new;
end
$function$;

create trigger transaction_ids_only_grow before update on transaction_ids for each row execute function keep_growing();

create function keep_subscription_with_users()
 returns trigger
 language plpgsql
as $function$
begin
    raise exception 'subscription % has users: it cannot be removed', old.subscription_id
        using errcode = 'foreign_key_violation', constraint = 'assignments_subscription_id_fkey';
end
$function$;

create trigger subscriptions_with_users_stay before delete on subscriptions for each row when (old.assigned <> 0) execute function keep_subscription_with_users();

create function keep_tenant_of_subscription()
 returns trigger
 language plpgsql
as $function$
begin
    raise exception 'subscription % belongs to tenant %, not to %', old.subscription_id,
        old.tenant_id, new.tenant_id
        using errcode = 'check_violation', constraint = 'subscriptions_keep_their_tenant';
end
$function$;

create trigger subscriptions_keep_their_tenant before update of tenant_id on subscriptions for each row when (old.tenant_id <> new.tenant_id) execute function keep_tenant_of_subscription();

create function log_license_changes()
 returns trigger
 language plpgsql
as $function$
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
$function$;

create trigger assignments_log_joins after insert on assignments referencing new table as changed for each statement execute function log_license_changes('joined');
create trigger assignments_log_leaves after delete on assignments referencing old table as changed for each statement execute function log_license_changes('left');

create function log_switches()
 returns trigger
 language plpgsql
as $function$
begin
    if has_met_an_upgrade(new.subscription_id) then
        insert into license_changes (subscription_id, user_id, change)
        values (new.subscription_id, new.user_id, 'switched');
    end if;
    return null;
end
$function$;

create trigger assignments_log_switches after update of disabled_services on assignments for each row when (old.subscription_id = new.subscription_id and old.disabled_services is distinct from new.disabled_services) execute function log_switches();

create function note_users_of_tenants()
 returns trigger
 language plpgsql
as $function$
begin
    -- Each subscription is looked up once, by its index, whatever the planner knew at the first call.
    -- Users are noted in one order, so that two statements never wait for each other.
    with owners as materialized (
        select each.subscription_id, owner.tenant_id
        from (select distinct subscription_id from added) as each,
             lateral (
                 select tenant_id from subscriptions s
                 where s.subscription_id = each.subscription_id limit 1
             ) as owner
    )
    insert into users_of_tenants (user_id, tenant_id)
    select a.user_id, o.tenant_id from added a join owners o using (subscription_id)
    order by a.user_id, o.tenant_id
    on conflict do nothing;
    return null;
end
$function$;

create trigger assignments_note_users after insert on assignments referencing new table as added for each statement execute function note_users_of_tenants();

create function note_who_left()
 returns trigger
 language plpgsql
 set enable_hashjoin to 'off'
 set enable_mergejoin to 'off'
as $function$
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
$function$;

create trigger assignments_note_who_left after delete on assignments referencing old table as removed for each statement execute function note_who_left();

create function oldest_running()
 returns xid8
 language plpgsql
 stable
as $function$
begin
    return (
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (select ahead from transaction_ids)
    )::text::xid8;
end
$function$;

create function open_sources_of(of_subscription text)
 returns table(nth integer, upgrade_id text, subscription_id text, open_minor bigint)
 language sql
 stable
as $function$
    with recursive source as (
        select 1 as nth, u.upgrade_id, u.subscription_id
        from subscriptions s
        join upgrades u on u.upgrade_id = s.opened_by
        where s.subscription_id = of_subscription
        union all
        select before.nth + 1, u.upgrade_id, u.subscription_id
        from source before
        join subscriptions s on s.subscription_id = before.subscription_id
        join upgrades u on u.upgrade_id = s.opened_by
        where exists (
            select from ledger_entries l
            where l.upgrade_id = before.upgrade_id
              and l.booking = 'switch' and l.account = 'receivable' and l.amount_minor < 0
        )
    )
    select source.nth, source.upgrade_id, source.subscription_id, owed.minor
    from source
    cross join lateral (
        select sum(l.amount_minor)::bigint as minor
        from ledger_entries l
        where l.upgrade_id = source.upgrade_id and l.account = 'receivable'
    ) owed
    where owed.minor > 0
      -- Nobody knows whether those were paid.
      and not exists (
          select from invoices_before_payments b where b.upgrade_id = source.upgrade_id
      )
    order by source.nth
$function$;

create function refuse_another_body()
 returns trigger
 language plpgsql
as $function$
begin
    if (new.callback_id, new.upgrade_id, new.body_hash, new.received_at)
        is distinct from (old.callback_id, old.upgrade_id, old.body_hash, old.received_at)
        or new.times <= old.times then
        raise exception 'callback % stands for one body', old.callback_id using errcode = 'PU002';
    end if;
    return new;
end
$function$;

create trigger credit_callbacks_keep_their_body before update on credit_callbacks for each row execute function refuse_another_body();

create function refuse_change()
 returns trigger
 language plpgsql
as $function$
begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op
        using errcode = 'PU002';
end
$function$;

create trigger account_credits_are_not_truncated before truncate on account_credits for each statement execute function refuse_change();
create trigger account_credits_stay before delete on account_credits for each row execute function refuse_change();
create trigger credit_callbacks_are_not_truncated before truncate on credit_callbacks for each statement execute function refuse_change();
create trigger credit_callbacks_stay before delete on credit_callbacks for each row execute function refuse_change();
create trigger credit_note_numbers_are_not_truncated before truncate on credit_note_numbers for each statement execute function refuse_change();
create trigger credit_note_numbers_stay before delete on credit_note_numbers for each row execute function refuse_change();
create trigger credit_notes_are_not_truncated before truncate on credit_notes for each statement execute function refuse_change();
create trigger credit_notes_stay before delete or update on credit_notes for each row execute function refuse_change();
create trigger credits_before_sources_are_not_truncated before truncate on credits_before_sources for each statement execute function refuse_change();
create trigger credits_before_sources_stay before delete or update on credits_before_sources for each row execute function refuse_change();
create trigger events_are_not_truncated before truncate on events for each statement execute function refuse_change();
create trigger events_stay before delete or update on events for each row execute function refuse_change();
create trigger invoice_numbers_are_not_truncated before truncate on invoice_numbers for each statement execute function refuse_change();
create trigger invoice_numbers_stay before delete on invoice_numbers for each row execute function refuse_change();
create trigger invoices_are_not_truncated before truncate on invoices for each statement execute function refuse_change();
create trigger invoices_stay before delete or update on invoices for each row execute function refuse_change();
create trigger invoices_before_payments_are_not_truncated before truncate on invoices_before_payments for each statement execute function refuse_change();
create trigger invoices_before_payments_stay before delete or update on invoices_before_payments for each row execute function refuse_change();
create trigger ledger_entries_stay before delete or update on ledger_entries for each row execute function refuse_change();
create trigger ledger_is_not_truncated before truncate on ledger_entries for each statement execute function refuse_change();
create trigger license_changes_are_not_truncated before truncate on license_changes for each statement execute function refuse_change();
create trigger license_changes_stay before delete or update on license_changes for each row execute function refuse_change();
create trigger move_batches_are_not_truncated before truncate on move_batches for each statement execute function refuse_change();
create trigger move_batches_stay before delete or update on move_batches for each row execute function refuse_change();
create trigger notices_are_not_truncated before truncate on notices for each statement execute function refuse_change();
create trigger notices_stay before delete or update on notices for each row execute function refuse_change();
create trigger outbox_is_not_truncated before truncate on outbox for each statement execute function refuse_change();
create trigger outbox_stays before delete or update on outbox for each row execute function refuse_change();
create trigger plan_prices_are_not_truncated before truncate on plan_prices for each statement execute function refuse_change();
create trigger plan_prices_stay before delete or update on plan_prices for each row execute function refuse_change();
create trigger quotes_are_not_truncated before truncate on quotes for each statement execute function refuse_change();
create trigger quotes_stay before delete or update on quotes for each row execute function refuse_change();
create trigger rates_before_tax_are_not_truncated before truncate on rates_before_tax for each statement execute function refuse_change();
create trigger rates_before_tax_stay before delete or update on rates_before_tax for each row execute function refuse_change();
create trigger transaction_ids_are_not_truncated before truncate on transaction_ids for each statement execute function refuse_change();
create trigger transaction_ids_stay before delete on transaction_ids for each row execute function refuse_change();
create trigger users_to_move_are_not_truncated before truncate on users_to_move for each statement execute function refuse_change();
create trigger users_to_move_stay before delete or update on users_to_move for each row execute function refuse_change();
create trigger void_invoice_numbers_are_not_truncated before truncate on void_invoice_numbers for each statement execute function refuse_change();
create trigger void_invoice_numbers_stay before delete or update on void_invoice_numbers for each row execute function refuse_change();

create function require_a_living_target()
 returns trigger
 language plpgsql
as $function$
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
$function$;

create trigger targets_are_alive after insert on upgrades for each row when (new.is_open and (new.view #>> '{change,into}'::text[]) is not null) execute function require_a_living_target();

create function require_a_place()
 returns trigger
 language plpgsql
as $function$
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
    if credits_a_void_charge(new.subscription_id, new.quote_id) then
        raise exception 'what % was charged is void', new.subscription_id using errcode = 'PU004';
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
$function$;

create trigger capacity_is_kept after insert on upgrades for each row when (new.is_open) execute function require_a_place();

create function require_a_whole_invoice()
 returns trigger
 language plpgsql
as $function$
declare
    credited_by text;
begin
    perform from subscriptions s
    where s.subscription_id = (
        select u.view ->> 'new_subscription_id' from upgrades u where u.upgrade_id = new.upgrade_id
    )
    for no key update;
    credited_by := credits_charge_of(new.upgrade_id);
    if credited_by is not null then
        raise exception '% credits what upgrade % has charged', credited_by, new.upgrade_id
            using errcode = 'PU001';
    end if;
    if not exists (
        select from invoices i
        where i.upgrade_id = new.upgrade_id and i.tenant_id = new.tenant_id and i.seller = new.seller
    ) or not exists (
        select from credit_note_numbers n
        where n.seller = new.seller and credit_note_number(n.last) = new.number
    ) then
        raise exception 'credit note % is not of its invoice, or has not the number just taken', new.number
            using errcode = 'check_violation', constraint = 'credit_notes_are_of_their_invoice';
    end if;
    return new;
end
$function$;

create trigger credit_notes_are_of_their_invoice before insert on credit_notes for each row execute function require_a_whole_invoice();

create function require_balance()
 returns trigger
 language plpgsql
as $function$
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
$function$;

create constraint trigger ledger_balances after insert on ledger_entries deferrable initially deferred for each row execute function require_balance();

create function require_credit_note_of_number()
 returns trigger
 language plpgsql
as $function$
begin
    if not exists (
        select from credit_notes c
        where c.seller = new.seller and c.number = credit_note_number(new.last)
    ) then
        raise exception 'number % of % has no credit note', new.last, new.seller
            using errcode = 'check_violation', constraint = 'numbers_have_a_credit_note';
    end if;
    return null;
end
$function$;

create constraint trigger numbers_have_a_credit_note after insert or update on credit_note_numbers deferrable initially deferred for each row execute function require_credit_note_of_number();

create function require_free_hands()
 returns trigger
 language plpgsql
as $function$
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
$function$;

create trigger admin_changes_wait_for_moves before insert on events for each row when (is_admin_event(new.type)) execute function require_free_hands();

create function require_invoice_of_number()
 returns trigger
 language plpgsql
as $function$
begin
    if not exists (
        select from invoices i
        where i.seller = new.seller and i.number = invoice_number(new.last)
    ) and not exists (
        select from void_invoice_numbers v
        where v.seller = new.seller and v.number = invoice_number(new.last)
    ) then
        raise exception 'number % of % has no invoice', new.last, new.seller
            using errcode = 'check_violation', constraint = 'numbers_have_an_invoice';
    end if;
    return null;
end
$function$;

create constraint trigger numbers_have_an_invoice after insert or update on invoice_numbers deferrable initially deferred for each row execute function require_invoice_of_number();

create function require_licenses_for_who_stays()
 returns trigger
 language plpgsql
as $function$
begin
    raise exception 'subscription % would keep % licenses for % users', new.subscription_id,
        new.licenses, new.assigned
        using errcode = 'check_violation', constraint = 'who_stays_has_a_license';
end
$function$;

create trigger who_stays_has_a_license after update of licenses on subscriptions for each row when (old.locked_by is not null and new.locked_by is null and new.licenses < old.licenses and new.licenses < new.assigned) execute function require_licenses_for_who_stays();

create function require_moved_users_hold_a_license()
 returns trigger
 language plpgsql
 set enable_hashjoin to 'off'
 set enable_mergejoin to 'off'
as $function$
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
$function$;

create trigger moved_users_hold_a_license after insert on moved_users referencing new table as noted for each statement execute function require_moved_users_hold_a_license();

create function require_next_number()
 returns trigger
 language plpgsql
as $function$
begin
    if new.last <> coalesce(old.last, 0) + 1 or new.seller <> coalesce(old.seller, new.seller) then
        raise exception 'numbers of % go on after %, not with %', new.seller, old.last, new.last
            using errcode = 'check_violation', constraint = 'invoice_numbers_grow_by_one';
    end if;
    return new;
end
$function$;

create trigger credit_note_numbers_grow_by_one before insert or update on credit_note_numbers for each row execute function require_next_number();
create trigger invoice_numbers_grow_by_one before insert or update on invoice_numbers for each row execute function require_next_number();

create function require_number_just_taken()
 returns trigger
 language plpgsql
as $function$
begin
    if not exists (
        select from invoice_numbers n
        where n.seller = new.seller and invoice_number(n.last) = new.number
    ) or exists (
        select from void_invoice_numbers v where v.seller = new.seller and v.number = new.number
    ) or (tg_table_name = 'void_invoice_numbers' and exists (
        select from invoices i where i.seller = new.seller and i.number = new.number
    )) then
        raise exception '% has not the number that % has just taken', new.number, new.seller
            using errcode = 'check_violation', constraint = 'invoices_have_the_number_just_taken';
    end if;
    return new;
end
$function$;

create trigger invoices_have_the_number_just_taken before insert on invoices for each row execute function require_number_just_taken();
create trigger void_numbers_are_just_taken before insert on void_invoice_numbers for each row execute function require_number_just_taken();

create function require_subscription(missing text)
 returns void
 language plpgsql
as $function$
begin
    if missing is not null then
        raise exception 'there is no subscription %', missing
            using errcode = 'foreign_key_violation',
                  constraint = 'assignments_subscription_id_fkey';
    end if;
end
$function$;

create function retire_webhook_secret()
 returns trigger
 language plpgsql
as $function$
begin
    delete from retired_webhook_secrets
    where endpoint_id = new.endpoint_id
      and (good_until <= clock_timestamp() or secret in (old.secret, new.secret));
    insert into retired_webhook_secrets
    values (old.endpoint_id, old.secret, clock_timestamp() + interval '24 hours');
    return null;
end
$function$;

create trigger webhook_secrets_retire after update of secret on webhook_endpoints for each row when (old.secret <> new.secret) execute function retire_webhook_secret();

create function send_notice()
 returns trigger
 language plpgsql
as $function$
begin
    insert into outbox (notice_id, upgrade_id, tenant_id)
    values (new.notice_id, new.upgrade_id, new.tenant_id);
    return null;
end
$function$;

create trigger notices_go_out after insert on notices for each row execute function send_notice();

create function stored_ids_ahead()
 returns bigint
 language sql
 stable
return (SELECT GREATEST((0)::bigint, (((1 + max(((stored.id)::text)::bigint)) - ((pg_snapshot_xmax(pg_current_snapshot()))::text)::bigint) - (SELECT transaction_ids.ahead FROM transaction_ids))) AS "greatest" FROM (SELECT max(events.transaction_id) AS id FROM events UNION ALL SELECT max(outbox.transaction_id) AS max FROM outbox UNION ALL SELECT max(webhook_endpoints.transaction_id) AS max FROM webhook_endpoints) stored);

create function subscription_json(s subscriptions)
 returns jsonb
 language sql
 immutable
return jsonb_build_object('id', (s).subscription_id, 'tenant_id', (s).tenant_id, 'plan_id', (s).plan_id, 'licenses', (s).licenses, 'status', (s).status, 'billing', (s).billing, 'cycle_anchor', (s).cycle_anchor, 'price', ((s).price)::text, 'tax_rate', ((s).tax_rate)::text, 'prepaid', (s).prepaid, 'balance_due', ((s).balance_due)::text, 'add_ons', (s).add_ons, 'blocked', (s).blocked, 'assigned', (s).assigned, 'users_with_disabled_services', (s).users_with_disabled_services);

create function void_invoice_numbers(through text, why text, the_seller text default null::text)
 returns integer
 language plpgsql
as $function$
declare
    sellers text[] := array(select n.seller from invoice_numbers n order by 1);
    of_whom text := coalesce(the_seller, sellers[1]);
    last    bigint;
    wanted  bigint;
begin
    if through !~ '^INV-[0-9]{8,18}$' then
        raise exception 'through is %, which is no invoice number: write it as INV-00000042', through;
    end if;
    if of_whom is null or (the_seller is null and cardinality(sellers) > 1) then
        raise exception 'name the seller as the third argument; with numbers there are: %',
            coalesce(nullif(array_to_string(sellers, ', '), ''), 'none');
    end if;
    if not of_whom = any(sellers) and of_whom !~ '^(id|tax|registration|name):' then
        raise exception 'there is no seller %; there are: %', of_whom, array_to_string(sellers, ', ');
    end if;
    select n.last into last from invoice_numbers n where n.seller = of_whom for update;
    wanted := substr(through, 5)::bigint;
    if wanted - coalesce(last, 0) > 10000 then
        raise exception 'that would void % numbers, 10000 at most: is % right?',
            wanted - coalesce(last, 0), through;
    end if;
    for n in coalesce(last, 0) + 1 .. wanted loop
        insert into invoice_numbers as c (seller, last) values (of_whom, 1)
        on conflict (seller) do update set last = c.last + 1;
        insert into void_invoice_numbers (seller, number, reason)
        values (of_whom, invoice_number(n), why);
    end loop;
    return greatest(0, wanted - coalesce(last, 0));
end
$function$;

create function subscription_state_json(s subscriptions)
 returns jsonb
 language sql
 stable
return jsonb_build_object('subscription', subscription_json(s), 'billed', (s).billed, 'opened_by', (s).opened_by, 'locked_by', (s).locked_by, 'locked_until', (s).locked_until, 'ended_by', (s).ended_by, 'ended_on', (s).ended_on);
