-- Credit notes: an invoice that is void is taken back by a document of its own, and never changed (B65).
--
-- What the database promises here:
-- * an invoice has one credit note at most, of its own tenant and seller, and it stays for good;
-- * credit notes of a seller run CN-00000001, CN-00000002 ... without a gap, in a series of their own: the
--   number is taken in the statement that writes the note, as with invoices (0007);
-- * no invoice is void whose charge an upgrade or a change by hand credits, or is about to: the row of the
--   subscription is held, so an order for it waits, and what was ordered before is seen.
--
-- Deploy: before. Tables and functions of their own; code of before books no credit note. Its events: as
-- of 0021.

alter table ledger_entries drop constraint ledger_entries_booking_check;
alter table ledger_entries add constraint ledger_entries_booking_check
    check (booking in ('switch', 'invoice', 'settlement', 'payment', 'payout', 'void'));

create table credit_note_numbers (
    seller text primary key,
    last   bigint not null check (last > 0)
);
create table credit_notes (
    number     text  not null,
    upgrade_id text  not null unique references invoices (upgrade_id),
    tenant_id  text  not null,
    issued_on  date  not null,
    body       jsonb not null,
    seller     text  not null,
    primary key (seller, number)
);
create index credit_notes_of_tenant on credit_notes (tenant_id);
create trigger credit_notes_stay before update or delete on credit_notes
    for each row execute function refuse_change();
create trigger credit_notes_are_not_truncated before truncate on credit_notes
    for each statement execute function refuse_change();

create function credit_note_number(n bigint) returns text language sql immutable parallel safe return
    'CN-' || lpad(n::text, greatest(8, length(n::text)), '0');

create trigger credit_note_numbers_grow_by_one before insert or update on credit_note_numbers
    for each row execute function require_next_number();
create trigger credit_note_numbers_stay before delete on credit_note_numbers
    for each row execute function refuse_change();
create trigger credit_note_numbers_are_not_truncated before truncate on credit_note_numbers
    for each statement execute function refuse_change();

create function require_credit_note_of_number() returns trigger language plpgsql as $$
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
$$;
create constraint trigger numbers_have_a_credit_note after insert or update on credit_note_numbers
    deferrable initially deferred for each row execute function require_credit_note_of_number();

-- Who credits, or is about to, what an invoice has charged; null: nobody.
create function credits_charge_of(the_upgrade text) returns text language sql stable as $$
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
$$;

create function require_a_whole_invoice() returns trigger language plpgsql as $$
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
$$;
create trigger credit_notes_are_of_their_invoice before insert on credit_notes
    for each row execute function require_a_whole_invoice();

-- `commit_numbered_step` for a step that issues a credit note.
create function commit_credit_note(
    appends jsonb, new_rows jsonb, the_seller text, placeholder text
) returns text language plpgsql as $$
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
$$;
