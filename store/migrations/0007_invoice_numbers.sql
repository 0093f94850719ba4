-- Invoice numbers: without a gap for each seller, and taken in the one statement that issues the
-- invoice.
--
-- The row of a seller in `invoice_numbers` is the only thing that invoices of different customers
-- share. Whoever takes a number holds that row until the transaction has ended, and everybody else
-- of the same seller waits. So it is taken last and in the same call that appends the event: no
-- round trip lies between taking it and the commit.
--
-- The event, its hash, the invoice, the notice and the upgrade's row all say the number, and none
-- of them can be written before it is known. They come with a placeholder, which nobody can guess
-- beforehand, and which the number replaces.
--
-- What the database promises here:
-- * numbers of a seller run 1, 2, 3 ...: the counter only ever grows by one;
-- * an invoice has the number that was just taken, and no other;
-- * a number that was taken has an invoice when its transaction commits.

alter table invoices add column seller text not null default 'plan-upgrades';
alter table invoices alter column seller drop default;
alter table invoices drop constraint invoices_pkey;
alter table invoices add primary key (seller, number);

create function invoice_number(n bigint) returns text language sql immutable parallel safe return
    'INV-' || lpad(n::text, greatest(8, length(n::text)), '0');

create function require_next_number() returns trigger language plpgsql as $$
begin
    if new.last <> coalesce(old.last, 0) + 1 or new.seller <> coalesce(old.seller, new.seller) then
        raise exception 'numbers of % go on after %, not with %', new.seller, old.last, new.last
            using errcode = 'check_violation', constraint = 'invoice_numbers_grow_by_one';
    end if;
    return new;
end
$$;

create trigger invoice_numbers_grow_by_one before insert or update on invoice_numbers
    for each row execute function require_next_number();
create trigger invoice_numbers_stay before delete on invoice_numbers
    for each row execute function refuse_change();
create trigger invoice_numbers_are_not_truncated before truncate on invoice_numbers
    for each statement execute function refuse_change();

create function require_number_just_taken() returns trigger language plpgsql as $$
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

create trigger invoices_have_the_number_just_taken before insert on invoices
    for each row execute function require_number_just_taken();

create function require_invoice_of_number() returns trigger language plpgsql as $$
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

create constraint trigger numbers_have_an_invoice after insert or update on invoice_numbers
    deferrable initially deferred for each row execute function require_invoice_of_number();

-- `commit_step` for a step that issues an invoice: `placeholder` becomes the seller's next number,
-- wherever it stands in `appends` and `new_rows`. Returns the number, or null, having taken none,
-- where the command has been carried out before.
create function commit_numbered_step(
    appends jsonb, new_rows jsonb, the_seller text, placeholder text
) returns text language plpgsql as $$
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
