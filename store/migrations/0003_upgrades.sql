-- What people ask for: quotes, where an upgrade is, who was moved, notices, invoices and the ledger.
--
-- * `quotes` are immutable: an order names one, and pays what it says.
-- * `upgrades` is a read model of stream `upgrade-<id>`. Its partial unique indexes are what makes
--   "one open upgrade per tenant and per subscription" true under any race: whoever commits second
--   fails.
-- * `moved_users` is the move's own ledger: what each user had before, so that undo can restore it.
-- * `notices`, `invoices` and `ledger_entries` follow from events and never change. One notice per
--   upgrade and kind, one invoice per upgrade, and every upgrade's bookings sum to zero per currency.
-- * `invoice_numbers` hands out numbers without gaps: the number is taken in the transaction that
--   issues the invoice, and is free again if that transaction fails.
--
-- `commit_step` is the one way a step becomes true: events and rows, in one call, all or nothing.

create table quotes (
    quote_id        text primary key,
    subscription_id text not null references subscriptions,
    body            jsonb not null,
    created_at      timestamptz not null default clock_timestamp()
);

create table upgrades (
    upgrade_id      text primary key,
    tenant_id       text not null,
    subscription_id text not null,
    quote_id        text not null,
    stage           text not null,
    is_open         boolean not null,
    deadline        timestamptz,
    order_digest    text not null,
    view            jsonb not null
);

create unique index one_open_upgrade_per_tenant on upgrades (tenant_id) where is_open;
create unique index one_open_upgrade_per_subscription on upgrades (subscription_id) where is_open;
create index upgrades_of_quote on upgrades (quote_id);

create table moved_users (
    upgrade_id      text not null,
    user_id         text not null,
    batch           integer not null,
    disabled_before text[] not null,
    moved_at        timestamptz not null,
    returned_at     timestamptz,
    primary key (upgrade_id, user_id)
);

create table notices (
    notice_id  text primary key,
    tenant_id  text not null,
    kind       text not null,
    upgrade_id text not null,
    created_at timestamptz not null,
    text       jsonb not null,
    unique (upgrade_id, kind)
);

create index notices_of_tenant on notices (tenant_id, created_at);

create table invoices (
    number     text primary key,
    upgrade_id text not null unique,
    tenant_id  text not null,
    issued_on  date not null,
    body       jsonb not null
);

create table invoice_numbers (
    seller text primary key,
    last   bigint not null check (last > 0)
);

create table ledger_entries (
    upgrade_id   text not null,
    entry        smallint not null,
    tenant_id    text not null,
    account      text not null,
    currency     text not null,
    amount_minor bigint not null check (amount_minor <> 0),
    booked_at    timestamptz not null,
    primary key (upgrade_id, entry)
);

create index ledger_of_tenant on ledger_entries (tenant_id, account);

create function require_balance() returns trigger language plpgsql as $$
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

create constraint trigger ledger_balances after insert on ledger_entries
    deferrable initially deferred for each row execute function require_balance();

create trigger quotes_stay before update or delete on quotes
    for each row execute function refuse_change();
create trigger ledger_entries_stay before update or delete on ledger_entries
    for each row execute function refuse_change();
create trigger ledger_is_not_truncated before truncate on ledger_entries
    for each statement execute function refuse_change();
create trigger invoices_stay before update or delete on invoices
    for each row execute function refuse_change();
create trigger notices_stay before update or delete on notices
    for each row execute function refuse_change();
create trigger quotes_are_not_truncated before truncate on quotes
    for each statement execute function refuse_change();
create trigger invoices_are_not_truncated before truncate on invoices
    for each statement execute function refuse_change();
create trigger notices_are_not_truncated before truncate on notices
    for each statement execute function refuse_change();

-- Make a step true: append events to every stream it concerns, and write the rows that follow.
--
-- `appends` is an array of {stream, expected_version, command_id, events}, the upgrade's own stream
-- first; `new_rows` maps a table to its rows. Returns false, having written nothing, where the
-- command has been carried out before.
create function commit_step(appends jsonb, new_rows jsonb) returns boolean language plpgsql as $$
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
