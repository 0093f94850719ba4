-- Invoice numbers that are void: handed out once, and then lost with the database that knew of it.
--
-- A failover to a standby that lagged, or the restore of an older backup, takes the counter back. What
-- customers hold by then bears numbers that would be given again, to others. So before anything else is
-- issued the owner voids them: the counter goes on after them, each is kept with the reason, and a
-- seller's numbers still run without a gap, invoices and void ones together.
--
-- What the database promises here:
-- * a void number stays void, and is never an invoice's;
-- * only the owner of the tables can void one: the worker and the api may not write the table.

create table void_invoice_numbers (
    seller    text not null,
    number    text not null,
    reason    text not null constraint voided_for_a_reason check (btrim(reason) <> ''),
    voided_at timestamptz not null default now(),
    primary key (seller, number)
);
create trigger void_invoice_numbers_stay before update or delete on void_invoice_numbers
    for each row execute function refuse_change();
create trigger void_invoice_numbers_are_not_truncated before truncate on void_invoice_numbers
    for each statement execute function refuse_change();

-- Invoices and void numbers alike: each has the number that its seller has just taken, and has it alone.
create or replace function require_number_just_taken() returns trigger language plpgsql as $$
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
$$;
create trigger void_numbers_are_just_taken before insert on void_invoice_numbers
    for each row execute function require_number_just_taken();

create or replace function require_invoice_of_number() returns trigger language plpgsql as $$
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
$$;

-- Void every number of a seller from the next one up to `through`; returns how many. Nothing to void is
-- 0, so it may be repeated. Without a seller it is the only one that has numbers.
create function void_invoice_numbers(through text, why text, the_seller text default null)
returns integer language plpgsql as $$
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
$$;
