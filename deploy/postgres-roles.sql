-- Four roles on Postgres, each with no more than its work takes.
--
--   plan_upgrade_owner    owns every table; applies migrations (`starter.py migrate`), nothing else
--   plan_upgrade_worker   worker.py: carries upgrades out, sends webhooks
--   plan_upgrade_api      starter.py, also as `starter.py serve`: loads, quotes, orders, admin, webhooks
--   plan_upgrade_reader   reads everything but the secrets of webhooks; `verify`, `watch`, reports
--
-- What is append-only stays so for the worker and the api, whatever they run: they own nothing, so they
-- can disable no trigger, alter and truncate no table; they may not set session_replication_role; and
-- on append-only tables they have no UPDATE and no DELETE to begin with.
--
-- Run it in the database of the service, as often as you like:
--   1. as a superuser, once, before the first migration: makes the roles, hands the database over;
--   2. as plan_upgrade_owner, after each `starter.py migrate`: new tables need their grants.
-- The roles cannot log in yet. Give each that you use a password of its own:
--   alter role plan_upgrade_worker login;  \password plan_upgrade_worker
-- Workers then run with MIGRATE=false. A test compares this file with the tables of the migrations.

do $$
declare
    name text;
begin
    foreach name in array array[
        'plan_upgrade_owner', 'plan_upgrade_worker', 'plan_upgrade_api', 'plan_upgrade_reader'
    ] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format(
                'create role %I nologin nosuperuser nocreatedb nocreaterole noreplication nobypassrls',
                name
            );
        end if;
    end loop;
end
$$;

-- Whoever owned the database and its tables before, plan_upgrade_owner does now.
do $$
declare
    each record;
begin
    if (select datdba from pg_database where datname = current_database())
        <> 'plan_upgrade_owner'::regrole then
        execute format('alter database %I owner to plan_upgrade_owner', current_database());
    end if;
    for each in
        select c.oid::regclass as name
        from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
          and c.relowner <> 'plan_upgrade_owner'::regrole
    loop
        execute format('alter table %s owner to plan_upgrade_owner', each.name);
    end loop;
    for each in
        select p.oid::regprocedure as name
        from pg_proc p
        where p.pronamespace = 'public'::regnamespace
          and p.proowner <> 'plan_upgrade_owner'::regrole
    loop
        execute format('alter routine %s owner to plan_upgrade_owner', each.name);
    end loop;
end
$$;

-- The public role gets nothing, the three get in. The api stages long lists in temporary tables.
do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format(
        'grant connect on database %I to plan_upgrade_worker, plan_upgrade_api, plan_upgrade_reader',
        current_database()
    );
    execute format('grant temporary on database %I to plan_upgrade_api', current_database());
end
$$;
revoke all on schema public from public;
grant usage on schema public to plan_upgrade_worker, plan_upgrade_api, plan_upgrade_reader;

-- What each may write, table by table; everything may be read by the worker and the api.
-- `-` is nothing. An append-only table (+) has INSERT at most.
do $$
declare
    each record;
begin
    for each in
        select grants.*, to_regclass(grants.name) as found
        from (values
            -- table                     worker                     api
            ('migrations',               '-',                       '-'),
            -- the event store
            ('streams',                  'insert, update',          'insert, update'),
            ('events',                   'insert',                  'insert'),                  -- +
            ('followers',                'insert, update',          '-'),
            ('transaction_ids',          '-',                       '-'),
            -- the world
            ('services',                 '-',                       'insert, update'),
            ('plans',                    '-',                       'insert, update'),
            ('plan_prices',              '-',                       'insert'),                  -- +
            ('tenants',                  '-',                       'insert, update'),
            ('policy',                   '-',                       'insert, update'),
            ('incidents',                '-',                       'insert, update'),
            ('subscriptions',            'insert, update',          'insert, update'),
            ('assignments',              'insert, update, delete',  'insert, update, delete'),
            ('users_of_tenants',         'insert',                  'insert'),
            ('license_changes',          'insert',                  'insert'),                  -- +
            ('user_blocks',              '-',                       'insert, update, delete'),
            -- upgrades
            ('quotes',                   '-',                       'insert'),                  -- +
            ('users_to_move',            '-',                       'insert'),                  -- +
            ('upgrades',                 'insert, update',          'insert, update'),
            ('move_batches',             'insert',                  '-'),                       -- +
            ('moved_users',              'insert, update',          'update'),
            ('failed_users',             'insert, update, delete',  '-'),
            ('dropped_licenses',         'insert, update',          '-'),
            ('credit_callbacks',         '-',                       'insert, update'),
            -- money
            ('ledger_entries',           'insert',                  'insert'),                  -- +
            ('account_credits',          'insert, update',          'insert, update'),
            ('invoices_before_payments', '-',                       '-'),                       -- +
            ('credits_before_sources',   '-',                       '-'),                       -- +
            ('rates_before_tax',         '-',                       '-'),                       -- +
            ('invoice_numbers',          'insert, update',          '-'),
            ('invoices',                 'insert',                  '-'),                       -- +
            ('void_invoice_numbers',     '-',                       '-'),                       -- +
            ('credit_note_numbers',      '-',                       'insert, update'),
            ('credit_notes',             '-',                       'insert'),                  -- +
            -- notices and webhooks
            ('notices',                  'insert',                  'insert'),                  -- +
            ('outbox',                   'insert',                  'insert'),                  -- +
            ('webhook_endpoints',        'update',                  'insert, update'),
            ('retired_webhook_secrets',  '-',                       'insert, delete'),
            ('deliveries',               'insert, update',          'update')
        ) as grants (name, worker, api)
    loop
        continue when each.found is null;
        execute format(
            'revoke all on %s from public, plan_upgrade_worker, plan_upgrade_api,'
            ' plan_upgrade_reader', each.found
        );
        execute format('grant select on %s to plan_upgrade_worker, plan_upgrade_api', each.found);
        if each.worker <> '-' then
            execute format('grant %s on %s to plan_upgrade_worker', each.worker, each.found);
        end if;
        if each.api <> '-' then
            execute format('grant %s on %s to plan_upgrade_api', each.api, each.found);
        end if;
        if each.name not in ('webhook_endpoints', 'retired_webhook_secrets') then
            execute format('grant select on %s to plan_upgrade_reader', each.found);
        end if;
    end loop;
end
$$;

-- Whoever knows a secret can sign as us: the reader sees the other columns.
do $$
declare
    each record;
begin
    for each in
        select c.attrelid::regclass as name, string_agg(quote_ident(c.attname), ', ') as columns
        from pg_attribute c
        where c.attrelid in (
                to_regclass('webhook_endpoints'), to_regclass('retired_webhook_secrets')
            )
          and c.attnum > 0 and not c.attisdropped and c.attname <> 'secret'
        group by c.attrelid
    loop
        execute format('grant select (%s) on %s to plan_upgrade_reader', each.columns, each.name);
    end loop;
end
$$;
