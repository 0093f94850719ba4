-- The rate at which tax was charged with a subscription, which its credit returns, and the rate of what is
-- booked, so that the ledger can be held against itself rate by rate (B63).
--
-- What the database promises here:
-- * a rate is a fraction of at least 0 and less than 1;
-- * the accounts that have a rate are those of what is taxed, and of the tax.
--
-- Deploy: before. New columns that may be null; old code neither reads nor writes them.

alter table subscriptions add column tax_rate numeric;
alter table subscriptions add constraint subscriptions_tax_rate_check check (tax_rate >= 0 and tax_rate < 1);

alter table ledger_entries add column tax_rate numeric;
alter table ledger_entries add constraint ledger_entries_tax_rate_check check (
    tax_rate is null
    or (tax_rate >= 0 and tax_rate < 1
        and account in ('revenue', 'tax', 'unused_service', 'forfeited'))
);

create or replace function subscription_json(s subscriptions) returns jsonb language sql immutable return
    jsonb_build_object(
        'id', s.subscription_id, 'tenant_id', s.tenant_id, 'plan_id', s.plan_id,
        'licenses', s.licenses, 'status', s.status, 'billing', s.billing,
        'cycle_anchor', s.cycle_anchor, 'price', s.price::text, 'tax_rate', s.tax_rate::text,
        'prepaid', s.prepaid, 'balance_due', s.balance_due::text, 'add_ons', s.add_ons,
        'blocked', s.blocked, 'assigned', s.assigned,
        'users_with_disabled_services', s.users_with_disabled_services
    );

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
$$;
