-- Account credit: what we owe a tenant whose credit exceeded the charge, and how later invoices use
-- it up (B31). The ledger is its only source; nobody writes it by hand.
--
-- * An upgrade is booked when billing switches, and again when its invoice uses account credit:
--   `booking` says which. Each booking sums to zero per currency.
-- * An entry on the account `account_credit` names, in `credit_of`, the upgrade whose switch left the
--   credit: its own entry is what arises, every later one is what an invoice used of it.
-- * `account_credits` has one row for each credit, with what is left of it. A trigger of the ledger
--   keeps it. Of two invoices at once that use one credit, the second waits for the first; where it
--   then would use more than is left, the check refuses it, and it is decided anew.
--
-- What is left of a credit only ever shrinks. So an invoice that is not refused has used the oldest
-- credits first and all that it could, although it had read them without a lock.

-- What was booked before this migration was booked by switches. Its first text could not say so, and
-- was refused by a database with entries; it has led every other one to the same schema.
alter table ledger_entries
    add column booking   text not null default 'switch' check (booking in ('switch', 'invoice')),
    add column credit_of text;
alter table ledger_entries
    alter column booking drop default;
alter table ledger_entries disable trigger ledger_entries_stay;
update ledger_entries set credit_of = upgrade_id where account = 'account_credit';
set constraints all immediate;
alter table ledger_entries enable trigger ledger_entries_stay;
alter table ledger_entries
    add constraint account_credit_names_its_origin check (
        (account = 'account_credit') = (credit_of is not null)
        and (account <> 'account_credit' or amount_minor > 0 or credit_of = upgrade_id)
    );

create index ledger_of_credit on ledger_entries (credit_of) where credit_of is not null;

create or replace function require_balance() returns trigger language plpgsql as $$
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

create table account_credits (
    upgrade_id      text primary key,
    tenant_id       text not null,
    currency        text not null,
    amount_minor    bigint not null check (amount_minor > 0),
    remaining_minor bigint not null,
    arisen_at       timestamptz not null,
    constraint account_credit_is_never_negative check (remaining_minor between 0 and amount_minor)
);

create index open_account_credits on account_credits (tenant_id, currency, arisen_at, upgrade_id)
    where remaining_minor > 0;

insert into account_credits
select upgrade_id, tenant_id, currency, -amount_minor, -amount_minor, booked_at
from ledger_entries where account = 'account_credit';

create trigger account_credits_stay before delete on account_credits
    for each row execute function refuse_change();
create trigger account_credits_are_not_truncated before truncate on account_credits
    for each statement execute function refuse_change();

create function book_account_credit() returns trigger language plpgsql as $$
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

create trigger account_credit_is_booked after insert on ledger_entries
    for each row when (new.account = 'account_credit') execute function book_account_credit();
